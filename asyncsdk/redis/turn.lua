-- Turn script: the law of an account's limits in Redis, as asyncsdk/limits/shared has it in Python.
--
-- Functions have the names that they have there, and stand in the same order; blocks of places, which only a file
-- grants, are left out. Indexes of lanes begin with 0 as there; those of tables with 1. Times are seconds since the
-- state's base, which is a whole second, so that the 14 digits of cjson hold microseconds; the time of day is the
-- base and those. Nothing is written before all is decided.
--
-- KEYS   1 the state, as JSON that state_codec.py reads   2 the day's calls, a hash by minute of the epoch
-- ARGV   1 the request   2 the constants of the law
local TIME = redis.call('TIME')

local DAY, HOUR, MINUTE, SKEW = 86400, 3600, 60, 60
local LOGIN, ALWAYS_FIRST, LANES = 0, 2, 5
local KEPT = 90000  -- seconds for which an account that nobody uses is remembered
local LONGEST, MOST, LARGEST = 4194304, 10000, 9007199254740992

-- Values from outside: of the right kind, and bounded ------------------------------------------------------------

local function number(value, least, most)
  if type(value) ~= 'number' or not (value >= (least or -LARGEST) and value <= (most or LARGEST)) then
    error('asyncsdk: no number of the right size', 0)
  end
  return value
end

local function whole(value, least, most)
  if number(value, least or 0, most) % 1 ~= 0 then error('asyncsdk: no whole number', 0) end
  return value
end

local function text(value)
  if type(value) ~= 'string' or #value > 200 then error('asyncsdk: no short text', 0) end
  return value
end

local function list(value, most)
  if type(value) ~= 'table' or #value > most then error('asyncsdk: no list of the right length', 0) end
  return value
end

local function optional(value, kind)
  if value == nil or value == cjson.null then return nil end
  return kind(value)
end

local function each_of(value, most, kind)
  local read = {}
  for index, each in ipairs(list(value, most)) do read[index] = kind(each) end
  return read
end

local function read_request(value)
  local request = {
    process = text(value.process), epoch = text(value.epoch), serial = whole(value.serial),
    number = whole(value.number), promise = number(value.promise, 0, HOUR), spare = whole(value.spare),
    places = whole(value.places, 1), period = number(value.period, 0.001, DAY),
    calls_per_day = whole(value.calls_per_day), logins_per_hour = whole(value.logins_per_hour),
    want = each_of(value.want, LANES, whole),
    reports = each_of(value.reports, 1000000, function(report)
      return {number = whole(report[1]), arrived_ago = number(report[2], -DAY, DAY), landed = report[3] == true}
    end),
    released = each_of(value.released, 1000000, whole),
    throttled = optional(value.throttled, function(seconds) return number(seconds, 0, DAY) end),
    samples = whole(value.samples), shortest = number(value.shortest, 0, 60),
    clock = optional(value.clock, number), since = number(value.since, 0),
    calls = each_of(value.calls, MOST, function(pair) return {age = number(pair[1]), number = whole(pair[2])} end),
    logins = each_of(value.logins, MOST, number), told_since = whole(value.told_since),
    alone_for = number(value.alone_for, 0, HOUR), leaving = value.leaving == true,
  }
  for lane = 1, LANES do whole(request.want[lane]) end
  return request
end

-- State: account_state.py and state_codec.py ----------------------------------------------------------------------

local function hold_of(kept)
  return {
    process = text(kept[1]), number = whole(kept[2]), free_at = number(kept[3]), earliest = number(kept[4]),
    landed = kept[5] == true, count = whole(kept[6]), minute = whole(kept[7]), login = optional(kept[8], number),
  }
end

local function waiting_of(kept)
  return {
    process = text(kept[1]), lane = whole(kept[2], 0, LANES - 1), order = whole(kept[3]), count = whole(kept[4]),
    due = number(kept[5]),
  }
end

local function login_of(kept)
  return {time = number(kept[1]), process = text(kept[2]), number = whole(kept[3])}
end

local function members_of(kept)
  local members, count = {}, 0
  for name, each in pairs(list(kept, 0)) do
    members[text(name)] = {
      seen = number(each[1]), places = whole(each[2], 1), period = number(each[3], 0.001), spare = whole(each[4]),
      number = whole(each[5]), serial = whole(each[6]), due = number(each[7]), waiting = {},
    }
    for lane = 1, LANES do members[name].waiting[lane] = whole(each[7 + lane]) end
    count = count + 1
  end
  if count > MOST then error('asyncsdk: too many members', 0) end
  return members, count
end

local function decode_state(kept)
  local state = {
    base = whole(kept.base), epoch = text(kept.epoch), created = number(kept.created), clock = number(kept.clock),
    margin = number(kept.margin, 0), closed_until = number(kept.closed_until), shortest = number(kept.shortest),
    samples = whole(kept.samples), order = whole(kept.order), minute = whole(kept.minute),
    none_before = whole(kept.day[2]), made = whole(kept.day[3]),
    skipped = each_of(kept.skipped, 3, whole),
    holds = each_of(kept.holds, MOST, hold_of), waiting = each_of(kept.waiting, MOST, waiting_of),
    logins = each_of(kept.logins, MOST, login_of), calls = {}, changed = {},
  }
  state.members, state.member_count = members_of(kept.members)
  for index = 1, 3 do whole(state.skipped[index]) end
  return state
end

local function encode_state(state)
  local holds, waiting, members, logins = {}, {}, {}, {}
  for index, h in ipairs(state.holds) do
    holds[index] = {
      h.process, h.number, h.free_at, h.earliest, h.landed, h.count, h.minute, h.login or cjson.null,
    }
  end
  for index, w in ipairs(state.waiting) do waiting[index] = {w.process, w.lane, w.order, w.count, w.due} end
  for name, m in pairs(state.members) do
    members[name] = {m.seen, m.places, m.period, m.spare, m.number, m.serial, m.due, unpack(m.waiting)}
  end
  for index, each in ipairs(state.logins) do logins[index] = {each.time, each.process, each.number} end
  return cjson.encode({
    base = state.base, epoch = state.epoch, created = state.created, clock = state.clock, margin = state.margin,
    closed_until = state.closed_until, shortest = state.shortest, samples = state.samples, order = state.order,
    minute = state.minute, day = {state.minute - DAY / MINUTE, state.none_before, state.made},
    skipped = state.skipped, holds = holds, waiting = waiting, members = members, logins = logins,
  })
end

-- The day's calls: what a minute of it counts is read when it is needed, and written at the end -------------------

local function count_of(kept)
  local counted = tonumber(kept or 0)
  return counted and counted >= 0 and counted <= LARGEST and counted or 0
end

local function calls_at(state, minute)
  if not state.calls[minute] then
    local kept = not state.is_new and redis.call('HGET', KEYS[2], string.format('%.0f', minute))
    state.calls[minute] = count_of(kept)
  end
  return state.calls[minute]
end

local function day_add(state, minute, count)
  local counted = calls_at(state, minute)
  state.calls[minute] = math.max(0, counted + count)
  state.changed[minute] = true
  state.made = state.made + state.calls[minute] - counted
  state.none_before = math.min(state.none_before, minute)
end

local function day_keep(state, first, last)
  -- Once a minute, all is read and added up again.
  local calls = {}
  local all = not state.is_new and redis.call('HGETALL', KEYS[2]) or {}
  for index = 1, #all, 2 do
    local minute = tonumber(all[index])
    if not minute or minute < first or minute > last then
      state.changed[minute or all[index]] = true
      if minute then calls[minute] = 0 end  -- it is in the hash until all is written
    else
      calls[minute] = state.calls[minute] or count_of(all[index + 1])
    end
  end
  for minute in pairs(state.changed) do
    if type(minute) == 'number' and minute >= first and minute <= last then calls[minute] = state.calls[minute] end
  end
  state.calls, state.made, state.none_before = calls, 0, last
  for minute, counted in pairs(calls) do
    state.made = state.made + counted
    if counted > 0 then state.none_before = math.min(state.none_before, minute) end
  end
end

local function day_oldest(state)
  if state.made == 0 then return nil end
  local first = state.minute - DAY / MINUTE
  state.none_before = math.max(state.none_before, first)
  local last = state.minute + SKEW / MINUTE
  while state.none_before < last and calls_at(state, state.none_before) == 0 do
    state.none_before = state.none_before + 1
  end
  return state.none_before
end

local function save(state)
  redis.call('SET', KEYS[1], encode_state(state), 'EX', KEPT)
  if state.is_new then redis.call('DEL', KEYS[2]) end
  for minute in pairs(state.changed) do
    local field, counted = type(minute) == 'number' and string.format('%.0f', minute) or minute, state.calls[minute]
    if counted and counted > 0 then redis.call('HSET', KEYS[2], field, string.format('%.0f', counted))
    else redis.call('HDEL', KEYS[2], field) end
  end
  redis.call('EXPIRE', KEYS[2], KEPT)
end

-- closing.py -------------------------------------------------------------------------------------------------------

local function close_until_known(state, since, period, rules)
  local over = since + rules.promise + rules.opening + period + state.margin
  state.closed_until = math.max(state.closed_until, over)
end

local function greet_all(state, now)
  for _, member in pairs(state.members) do member.seen = now end
end

local function unknown_until(state, request, now, rules)
  local unknown = request.alone_for > 0 and now + math.min(request.alone_for, rules.lease) or -math.huge
  if now < state.clock - rules.back then
    state.holds, state.waiting, state.closed_until = {}, {}, 0
    state.created = math.min(state.created, now)
    greet_all(state, now)
    return math.max(unknown, now)
  end
  local member = state.members[request.process]
  if request.epoch ~= state.epoch then
    return request.epoch ~= '' and math.max(unknown, state.created) or unknown
  end
  if member and request.number > member.number then return math.max(unknown, now) end
  if not request.clock then return unknown end
  if request.clock > state.clock + rules.same then return math.max(unknown, now) end
  if member and now - request.clock > request.since + rules.forward
    and math.abs(request.clock - member.seen) < rules.same then
    greet_all(state, now)
    return math.max(unknown, now)
  end
  return unknown
end

-- membership.py ----------------------------------------------------------------------------------------------------

local function greet(state, request, now, lease)
  local member = state.members[request.process]
  if not member then
    member = {spare = 0, number = 0, due = 0, waiting = {0, 0, 0, 0, 0}}
    state.members[request.process] = member
    state.member_count = state.member_count + 1
  end
  member.seen, member.places, member.period = now, request.places, request.period
  member.serial = request.serial
  for name, each in pairs(state.members) do
    if each.seen <= now - lease then
      state.members[name] = nil
      state.member_count = state.member_count - 1
    end
  end
  return member
end

local function account_limit(state)
  local best
  for _, member in pairs(state.members) do
    if not best or member.places / member.period > best.places / best.period then best = member end
  end
  return {places = best.places, period = best.period}
end

local function deal_spare(state, request, now, places, rules)
  local member = state.members[request.process]
  local others = -member.spare
  for _, each in pairs(state.members) do others = others + each.spare end
  local part = math.max(1, math.floor(places / state.member_count))
  local spare = math.max(0, math.min(part, request.places, places - others))
  if now < state.created + rules.settling then spare = math.min(spare, request.spare) end
  member.spare = math.max(request.spare, spare)
  return spare
end

-- held_places.py ---------------------------------------------------------------------------------------------------

local function uncount(state, hold)
  day_add(state, hold.minute, -hold.count)
  if not hold.login then return end
  local logins = {}
  for _, each in ipairs(state.logins) do
    if each.process ~= hold.process or each.number ~= hold.number then table.insert(logins, each) end
  end
  state.logins = logins
end

local function apply_reports(state, request, now, period, rules)
  local own, released = {}, {}
  for _, hold in ipairs(state.holds) do
    if hold.process == request.process and not hold.landed then own[hold.number] = hold end
  end
  local latest = now + rules.longest_promise + rules.opening
  for _, report in ipairs(request.reports) do
    if report.landed and state.margin > rules.narrowest then
      state.margin = math.max(rules.narrowest, state.margin * rules.narrowing)
    end
    local hold = own[report.number]
    if hold then
      local arrived = math.min(now - report.arrived_ago, latest)
      hold.free_at = arrived + period + state.margin
      hold.landed = report.landed
      hold.earliest = math.max(hold.earliest, math.min(now, arrived - rules.travel) + period + state.margin)
    end
  end
  for _, each in ipairs(request.released) do released[each] = true end
  for each, hold in pairs(own) do
    if each > request.number or released[each] then
      uncount(state, hold)
      hold.free_at = now
    end
  end
  local holds = {}
  for _, hold in ipairs(state.holds) do
    if hold.free_at > now then table.insert(holds, hold) end
  end
  state.holds = holds
end

local function free_at(hold, now)
  return (hold.landed or hold.earliest <= now) and hold.free_at or hold.earliest
end

local function merge_ended(state, places, period, rules)
  if places <= rules.fine then return end
  local step = period / 100
  local kept, together, merged = {}, {}, {}
  for _, hold in ipairs(state.holds) do
    local slot = math.ceil(hold.free_at / step)
    local key = hold.process .. ' ' .. string.format('%.0f', slot)
    if not hold.landed then
      table.insert(kept, hold)
    elseif together[key] then
      together[key].count = together[key].count + hold.count
    else
      together[key] = {
        process = hold.process, number = 0, free_at = slot * step, earliest = 0, landed = true, count = hold.count,
        minute = 0,
      }
      table.insert(merged, together[key])
    end
  end
  for _, hold in ipairs(merged) do table.insert(kept, hold) end
  state.holds = kept
end

-- turn_order.py ----------------------------------------------------------------------------------------------------

local function line_up(state, process, wanted)
  local sorted, lanes, joins = {}, {}, {unpack(wanted)}
  for index, each in ipairs(state.waiting) do sorted[index] = each end
  local function stand(lane, name, count)
    local line = lanes[lane]
    line.last = line.last + 1
    line[line.last] = {name, count}
  end
  for lane = 0, LANES - 1 do lanes[lane] = {first = 1, last = 0} end
  table.sort(sorted, function(one, other) return one.order < other.order end)
  for _, each in ipairs(sorted) do
    if each.process ~= process then
      stand(each.lane, each.process, each.count)
    elseif joins[each.lane + 1] > 0 then
      stand(each.lane, process, joins[each.lane + 1])
      joins[each.lane + 1] = 0
    end
  end
  for lane = 0, LANES - 1 do
    if joins[lane + 1] > 0 then stand(lane, process, joins[lane + 1]) end
  end
  return lanes
end

local function next_lane(waiting, skipped, reserve)
  local first = waiting[1]
  if first < ALWAYS_FIRST then return first end
  local neglected = first
  for _, lane in ipairs(waiting) do
    if skipped[lane - 1] > skipped[neglected - 1] then neglected = lane end
  end
  return skipped[neglected - 1] >= reserve - 1 and neglected or first
end

local function count_turn(skipped, waiting, lane)
  if lane < ALWAYS_FIRST then return end
  for _, each in ipairs(waiting) do skipped[each - 1] = each == lane and 0 or skipped[each - 1] + 1 end
end

local function sum(counts)
  local all = 0
  for _, count in ipairs(counts) do all = all + count end
  return all
end

local function allot(state, process, wanted, most, free, rules)
  local turns = {left = {0, 0, 0, 0, 0}, granted = {}, next = rules.horizon}
  local open_calls = math.min(sum(wanted), most)
  if open_calls <= 0 then return turns end
  if #state.waiting == 0 and sum(wanted) <= math.min(most, free) then
    for index, count in ipairs(wanted) do
      for _ = 1, count do table.insert(turns.granted, index - 1) end
    end
    return turns
  end
  turns.left = {unpack(wanted)}
  local lanes, skipped = line_up(state, process, wanted), {unpack(state.skipped)}
  for turn = 1, math.max(0, free) + rules.horizon - 1 do
    local waiting = {}
    for lane = 0, LANES - 1 do
      if lanes[lane].first <= lanes[lane].last then table.insert(waiting, lane) end
    end
    local lane = next_lane(waiting, skipped, rules.reserve)
    local line = lanes[lane]
    local whose, count = line[line.first][1], line[line.first][2]
    line.first = line.first + 1
    if count > 1 then
      line.last = line.last + 1
      line[line.last] = {whose, count - 1}
    end
    if whose == process then
      if turn > free then
        turns.next = turn
        break
      end
      table.insert(turns.granted, lane)
      turns.left[lane + 1] = turns.left[lane + 1] - 1
      count_turn(state.skipped, waiting, lane)
      open_calls = open_calls - 1
      if open_calls == 0 then break end
    end
    count_turn(skipped, waiting, lane)
  end
  for index, count in ipairs(turns.left) do turns.left[index] = math.min(count, most - #turns.granted) end
  return turns
end

local function remember_wait(state, process, turns, due)
  local orders, waiting, had_turn = {}, {}, {}
  for _, each in ipairs(state.waiting) do
    if each.process == process then orders[each.lane] = each.order else table.insert(waiting, each) end
  end
  for _, lane in ipairs(turns.granted) do had_turn[lane] = true end
  for lane = 0, LANES - 1 do
    local count = turns.left[lane + 1]
    if count > 0 then
      local order = orders[lane]
      if not order or had_turn[lane] then
        state.order = state.order + 1
        order = state.order
      end
      table.insert(waiting, {process = process, lane = lane, order = order, count = count, due = due})
    end
  end
  state.waiting = waiting
end

local function note_waiting(member, wanted, turns, due)
  member.due, member.waiting = due or 0, {0, 0, 0, 0, 0}
  if not due then return end
  member.waiting = {unpack(wanted)}
  for _, lane in ipairs(turns.granted) do member.waiting[lane + 1] = member.waiting[lane + 1] - 1 end
end

-- decision.py ------------------------------------------------------------------------------------------------------

local function forget_old(state, request, now, wall, rules)
  local minute = math.floor(wall / MINUTE)
  if minute ~= state.minute then
    state.minute = minute
    day_keep(state, minute - DAY / MINUTE, minute + SKEW / MINUTE)
  end
  local logins, waiting = {}, {}
  for _, each in ipairs(state.logins) do
    local time = state.base + each.time
    if wall - HOUR < time and time <= wall + SKEW then table.insert(logins, each) end
  end
  for _, each in ipairs(state.waiting) do
    if each.due >= now - rules.grace or each.process == request.process then table.insert(waiting, each) end
  end
  state.logins, state.waiting = logins, waiting
end

local function restore(state, request, wall)
  local minute = math.floor(wall / MINUTE)
  for _, call in ipairs(request.calls) do
    if call.age >= 0 and call.age * MINUTE < DAY then day_add(state, minute - call.age, call.number) end
  end
  for _, ago in ipairs(request.logins) do
    table.insert(state.logins, {time = wall - ago - state.base, process = '', number = 0})
  end
end

local function close_for(state, seconds, now, limit, rules)
  state.margin = math.min(rules.widest, state.margin + rules.widening)
  local pause = seconds > 0 and seconds or limit.period + state.margin
  state.closed_until = math.max(state.closed_until, now + pause)
end

local function within_budgets(state, request)
  if request.leaving then return {0, 0, 0, 0, 0} end
  local wanted = {unpack(request.want)}
  wanted[LOGIN + 1] = math.max(0, math.min(wanted[LOGIN + 1], request.logins_per_hour - #state.logins))
  return wanted
end

local function login_time(state, wall)
  local times, time = {}, wall
  for _, each in ipairs(state.logins) do times[string.format('%.6f', each.time)] = true end
  while times[string.format('%.6f', time - state.base)] do time = time + 0.000001 end
  return time
end

local function grant_of(state, request, granted, lane, now, wall, length, rules)
  local minute, login = math.floor(wall / MINUTE), nil
  if lane == LOGIN then
    login = login_time(state, wall) - state.base
    table.insert(state.logins, {time = login, process = request.process, number = granted})
  end
  day_add(state, minute, 1)
  local arrived = now + math.min(request.promise, rules.longest_promise) + rules.unreported_travel
  table.insert(state.holds, {
    process = request.process, number = granted, free_at = arrived + length, earliest = now + length,
    landed = false, count = 1, minute = minute, login = login,
  })
  return {granted, lane, minute, login or cjson.null}
end

local function next_ask(state, turns, free, now, length, places, rules)
  if sum(turns.left) == 0 then return nil end
  local times, held = {}, {}
  for _ = 1, free do table.insert(times, now) end
  for _, hold in ipairs(state.holds) do
    for _ = 1, math.min(hold.count, places) do table.insert(held, free_at(hold, now)) end
  end
  table.sort(held)
  for _, time in ipairs(held) do table.insert(times, time) end
  local rounds, index = math.floor((turns.next - 1) / places), (turns.next - 1) % places
  local at = math.max(times[#times - places + index + 1] or now, state.closed_until) + rounds * length
  return math.max(rules.soon, at - now)
end

local function share_free_in(state, process, now, rules)
  local first
  for _, hold in ipairs(state.holds) do
    if hold.process == process then first = math.min(first or math.huge, free_at(hold, now)) end
  end
  return math.max(rules.soon, (first or now) - now)
end

local function others_waiting(state, process)
  local waiting, rivals = {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}
  for _, each in ipairs(state.waiting) do
    if each.process ~= process then
      waiting[each.lane + 1] = waiting[each.lane + 1] + each.count
      rivals[each.lane + 1] = rivals[each.lane + 1] + 1
    end
  end
  return waiting, rivals
end

local function reply_to(state, request, now, wall, limit, rules, grants, ask_in, spare)
  local waiting, rivals = others_waiting(state, request.process)
  local oldest = day_oldest(state)
  local first_login
  for _, each in ipairs(state.logins) do first_login = math.min(first_login or math.huge, each.time) end
  local logins_reset_in = first_login
    and math.min(HOUR, math.max(0, state.base + first_login + HOUR - wall)) or 0
  return {
    epoch = state.epoch, clock = now, grants = grants, ask_in = ask_in or cjson.null,
    calls_made = state.made, calls_reset_in = oldest and (oldest + 1) * MINUTE + DAY - wall or 0,
    logins_made = #state.logins, logins_reset_in = logins_reset_in,
    paused = math.max(0, state.closed_until - now), processes = state.member_count, spare = spare,
    margin = state.margin, shortest = state.samples >= rules.samples and state.shortest or 0,
    waiting = waiting, rivals = rivals, places = limit.places, period = limit.period,
  }
end

local function give_turns(state, request, member, now, wall, limit, length, rules)
  local held, own = 0, 0
  for _, hold in ipairs(state.holds) do
    held = held + hold.count
    if hold.process == request.process then own = own + hold.count end
  end
  local wanted = within_budgets(state, request)
  local left = request.calls_per_day - state.made
  local is_smaller = request.places < limit.places or request.period > limit.period
  local most = is_smaller and math.min(left, request.places - own) or left
  local free = limit.places - held
  local turns = allot(state, request.process, wanted, most, now >= state.closed_until and free or 0, rules)
  local ask_in = next_ask(state, turns, free, now, length, limit.places, rules)
  local grants = {}
  for index, lane in ipairs(turns.granted) do
    grants[index] = grant_of(state, request, request.number + index, lane, now, wall, length, rules)
  end
  if not ask_in and math.min(sum(wanted), left) > #grants then ask_in = share_free_in(state, request.process, now, rules) end
  member.number = request.number + #grants
  remember_wait(state, request.process, turns, now + (ask_in or 0))
  note_waiting(member, wanted, turns, ask_in and now + ask_in)
  merge_ended(state, limit.places, limit.period, rules)
  local spare = deal_spare(state, request, now, limit.places, rules)
  if request.leaving then
    state.members[request.process] = nil
    state.member_count = state.member_count - 1
  end
  return reply_to(state, request, now, wall, limit, rules, grants, ask_in, spare)
end

local function carry_out(state, request, member, now, wall, limit, rules)
  forget_old(state, request, now, wall, rules)
  restore(state, request, wall)
  local period = math.max(limit.period, request.period)
  apply_reports(state, request, now, period, rules)
  if request.samples > 0 then
    state.samples = state.samples + request.samples
    state.shortest = math.min(state.shortest, request.shortest)
  end
  if request.throttled then close_for(state, request.throttled, now, limit, rules) end
  state.clock = now
  return give_turns(state, request, member, now, wall, limit, period + state.margin, rules)
end

local function decide(state, request, now, wall, rules)
  local member = state.members[request.process]
  if member and 0 < request.serial and request.serial <= member.serial then
    local limit = account_limit(state)
    return reply_to(state, request, now, wall, limit, rules, {}, rules.soon, member.spare)
  end
  if member and 0 < request.told_since and request.told_since <= member.serial then
    request.calls, request.logins = {}, {}
  end
  local unknown = unknown_until(state, request, now, rules)
  member = greet(state, request, now, rules.lease)
  local limit = account_limit(state)
  if unknown > -math.huge then
    close_until_known(state, unknown, math.max(limit.period, request.period), rules)
  end
  return carry_out(state, request, member, now, wall, limit, rules)
end

-- The state is the one that is kept; where there is none, or a damaged one, calls may be under way that are forgotten.

local function begin(request, rules)
  local state = {
    base = tonumber(TIME[1]), epoch = TIME[1] .. '.' .. TIME[2], created = TIME[2] / 1000000,
    clock = TIME[2] / 1000000, margin = rules.margin, closed_until = 0, shortest = 60, samples = 0, order = 0,
    minute = 0, none_before = 0, made = 0, skipped = {0, 0, 0}, holds = {}, waiting = {}, logins = {},
    members = {}, member_count = 0, calls = {}, changed = {}, is_new = true,
  }
  close_until_known(state, state.created, request.period, rules)
  return state
end

local function load(request, rules)
  local kept = redis.call('GET', KEYS[1])
  if kept and #kept <= LONGEST then
    local readable, state = pcall(function() return decode_state(cjson.decode(kept)) end)
    if readable then return state end
  end
  return begin(request, rules)
end

local rules = cjson.decode(ARGV[2])
local request = read_request(cjson.decode(ARGV[1]))
local state = load(request, rules)
local now = TIME[1] - state.base + TIME[2] / 1000000
local reply = decide(state, request, now, state.base + now, rules)
save(state)
return cjson.encode(reply)
