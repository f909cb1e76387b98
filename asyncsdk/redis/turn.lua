-- Turn script: the law of an account's limits in Redis, as decision.py and turn_order.py have it in Python.
--
-- Functions have the names that they have there, and stand in the same order. Indexes of lanes begin with 0 as there;
-- those of tables with 1. Times are seconds since the state's base, which is a whole second, so that the 14 digits of
-- cjson hold microseconds; the time of day is the base and those. Nothing is written before all is decided.
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
    process = text(value.process), epoch = text(value.epoch), number = whole(value.number),
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
    logins = each_of(value.logins, MOST, number),
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
    }
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
  for name, m in pairs(state.members) do members[name] = {m.seen, m.places, m.period, m.spare} end
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
    if not minute or minute < first or minute > last then state.changed[minute or all[index]] = true
    else calls[minute] = state.calls[minute] or count_of(all[index + 1]) end
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

-- decision.py ------------------------------------------------------------------------------------------------------

local function close_until_known(state, since, period, rules)
  local over = since + rules.promise + rules.travel + period + state.margin
  state.closed_until = math.max(state.closed_until, over)
end

local function check_clock(state, request, now, rules)
  local back = now < state.clock - rules.back
  local forward = request.clock and request.epoch == state.epoch
    and now - request.clock > request.since + rules.forward
  if back then
    state.holds, state.waiting, state.closed_until = {}, {}, 0
    for _, member in pairs(state.members) do member.seen = now end
  end
  if back or forward then close_until_known(state, now, request.period, rules) end
end

local function greet(state, request, now, rules)
  if request.epoch ~= '' and request.epoch ~= state.epoch then
    close_until_known(state, state.created, request.period, rules)
  end
  if request.alone_for > 0 then close_until_known(state, now + request.alone_for, request.period, rules) end
  local member = state.members[request.process]
  if not member then
    member = {spare = 0}
    state.members[request.process] = member
    state.member_count = state.member_count + 1
  end
  member.seen, member.places, member.period = now, request.places, request.period
  for name, each in pairs(state.members) do
    if each.seen <= now - rules.lease then
      state.members[name] = nil
      state.member_count = state.member_count - 1
    end
  end
end

local function limit_of(state)
  local best
  for _, member in pairs(state.members) do
    if not best or member.places / member.period > best.places / best.period then best = member end
  end
  return {places = best.places, period = best.period}
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

local function forget_old(state, now, wall, rules)
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
    if each.due + rules.grace >= now then table.insert(waiting, each) end
  end
  state.logins, state.waiting = logins, waiting
end

local function apply_reports(state, request, now, limit, rules)
  local own, unused, any = {}, {}, false
  for _, hold in ipairs(state.holds) do
    if hold.process == request.process and not hold.landed then own[hold.number] = hold end
  end
  for _, report in ipairs(request.reports) do
    if report.landed and state.margin > rules.narrowest then
      state.margin = math.max(rules.narrowest, state.margin * rules.narrowing)
    end
    local hold = own[report.number]
    if hold then
      hold.free_at = now - report.arrived_ago + math.max(limit.period, request.period) + state.margin
      hold.earliest = math.max(hold.earliest, hold.free_at - rules.travel)
      hold.landed = report.landed
    end
  end
  for _, released in ipairs(request.released) do if own[released] then unused[own[released]] = true end end
  for granted, hold in pairs(own) do if granted > request.number then unused[hold] = true end end
  for hold in pairs(unused) do
    day_add(state, hold.minute, -1)
    if hold.login then
      local logins = {}
      for _, each in ipairs(state.logins) do
        if each.process ~= request.process or each.number ~= hold.number then table.insert(logins, each) end
      end
      state.logins = logins
    end
  end
  local holds = {}
  for _, hold in ipairs(state.holds) do
    if hold.free_at > now and not unused[hold] then table.insert(holds, hold) end
  end
  state.holds = holds
  if request.samples > 0 then
    state.samples = state.samples + request.samples
    state.shortest = math.min(state.shortest, request.shortest)
  end
end

local function apply_throttling(state, request, now, limit, rules)
  if not request.throttled then return end
  state.margin = math.min(rules.widest, state.margin + rules.widening)
  local pause = request.throttled > 0 and request.throttled or limit.period + state.margin
  state.closed_until = math.max(state.closed_until, now + pause)
end

local function held_by(state, process)
  local held, own = 0, 0
  for _, hold in ipairs(state.holds) do
    held = held + hold.count
    if hold.process == process then own = own + hold.count end
  end
  return held, own
end

local function within_budgets(state, request, share)
  if request.leaving then return {0, 0, 0, 0, 0} end
  local left = math.min(request.calls_per_day - state.made, share)
  local logins_left = request.logins_per_hour - #state.logins
  local wanted = {}
  for lane = 0, LANES - 1 do
    local count = request.want[lane + 1]
    local allowed = math.max(0, math.min(count, left, lane == LOGIN and logins_left or count))
    wanted[lane + 1] = allowed
    left = left - allowed
  end
  return wanted
end

local function login_time(state, wall)
  local times, time = {}, wall
  for _, each in ipairs(state.logins) do times[string.format('%.6f', each.time)] = true end
  while times[string.format('%.6f', time - state.base)] do time = time + 0.000001 end
  return time
end

local function grant_of(state, request, granted, lane, now, wall, length, rules)
  local minute = math.floor(wall / MINUTE)
  local login = lane == LOGIN and login_time(state, wall) - state.base or nil
  if login then
    table.insert(state.logins, {time = login, process = request.process, number = granted})
  end
  day_add(state, minute, 1)
  local free_at = now + rules.promise + rules.travel + length
  table.insert(state.holds, {
    process = request.process, number = granted, free_at = free_at, earliest = now + length, landed = false,
    count = 1, minute = minute, login = login,
  })
  return {granted, lane, minute, login or cjson.null}
end

local function soonest(hold, now)
  return (hold.landed or hold.earliest <= now) and hold.free_at or hold.earliest
end

local function share_free_in(state, process, now)
  local first
  for _, hold in ipairs(state.holds) do
    if hold.process == process then first = math.min(first or math.huge, soonest(hold, now)) end
  end
  return math.max(0.001, (first or now) - now)
end

local function merged(holds, step)
  local kept, together = {}, {}
  for _, hold in ipairs(holds) do if not hold.landed then table.insert(kept, hold) end end
  for _, hold in ipairs(holds) do
    if hold.landed then
      local slot = math.ceil(hold.free_at / step)
      local key = hold.process .. ' ' .. string.format('%.0f', slot)
      local other = together[key]
      if not other then
        other = {
          process = hold.process, number = 0, free_at = slot * step, earliest = 0, landed = true, count = 0,
          minute = 0,
        }
        together[key] = other
        table.insert(kept, other)
      end
      other.count = other.count + hold.count
    end
  end
  return kept
end

local function deal_spare(state, request, limit)
  local others = 0
  for name, member in pairs(state.members) do
    if name ~= request.process then others = others + member.spare end
  end
  local part = math.max(1, math.floor(limit.places / state.member_count))
  local spare = math.max(0, math.min(part, request.places, limit.places - others))
  state.members[request.process].spare = spare
  return spare
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

-- turn_order.py ----------------------------------------------------------------------------------------------------

local function lanes_with(state, process, wanted)
  local own = {}
  for _, each in ipairs(state.waiting) do if each.process == process then own[each.lane] = each end end
  for lane = 0, LANES - 1 do
    local count = wanted[lane + 1]
    if count > 0 and not own[lane] then
      state.order = state.order + 1
      table.insert(state.waiting, {process = process, lane = lane, order = state.order, count = count, due = 0})
    elseif count > 0 then
      own[lane].count = count
    end
  end
  local sorted, lanes = {}, {}
  for index, each in ipairs(state.waiting) do sorted[index] = each end
  table.sort(sorted, function(one, other) return one.order < other.order end)
  for lane = 0, LANES - 1 do lanes[lane] = {first = 1, last = 0} end
  for _, each in ipairs(sorted) do
    if each.process ~= process or wanted[each.lane + 1] > 0 then
      local lane = lanes[each.lane]
      lane.last = lane.last + 1
      lane[lane.last] = {each.process, each.count}
    end
  end
  return lanes
end

local function next_lane(lanes, skipped, reserve)
  local first, neglected
  for lane = 0, LANES - 1 do
    if lanes[lane].first <= lanes[lane].last then
      if not first and lane < ALWAYS_FIRST then return lane end
      first = first or lane
      if not neglected or skipped[lane - 1] > skipped[neglected - 1] then neglected = lane end
    end
  end
  if not first then return nil end
  local chosen = skipped[neglected - 1] >= reserve - 1 and neglected or first
  for lane = ALWAYS_FIRST, LANES - 1 do
    if lanes[lane].first <= lanes[lane].last then
      skipped[lane - 1] = lane == chosen and 0 or skipped[lane - 1] + 1
    end
  end
  return chosen
end

local function without(waiting, process, lane)
  local kept = {}
  for _, each in ipairs(waiting) do
    if each.process ~= process or each.lane ~= lane then table.insert(kept, each) end
  end
  return kept
end

local function after_turn(state, process, lane, wanted)
  wanted[lane + 1] = wanted[lane + 1] - 1
  for _, each in ipairs(state.waiting) do
    if each.process == process and each.lane == lane then
      state.order = state.order + 1
      each.order, each.count = state.order, wanted[lane + 1]
    end
  end
  if wanted[lane + 1] == 0 then state.waiting = without(state.waiting, process, lane) end
end

local function allot(state, request, wanted, free, rules)
  local lanes = lanes_with(state, request.process, wanted)
  local skipped = {unpack(state.skipped)}
  local turns, turn = {granted = {}, position = nil, open = 0}, 0
  for _, count in ipairs(wanted) do turns.open = turns.open + count end
  while turn < free + rules.horizon and turns.open > 0 do
    local lane = next_lane(lanes, skipped, rules.reserve)
    if not lane then break end
    turn = turn + 1
    local line = lanes[lane]
    local process, count = line[line.first][1], line[line.first][2]
    line.first = line.first + 1
    if count > 1 then
      line.last = line.last + 1
      line[line.last] = {process, count - 1}
    end
    if process == request.process then
      if turn > free then
        turns.position = turn - math.max(0, free)
        break
      end
      table.insert(turns.granted, lane)
      turns.open = turns.open - 1
      state.skipped = {unpack(skipped)}
      after_turn(state, request.process, lane, wanted)
    end
  end
  return turns
end

local function next_ask(state, turns, now, places, length, horizon)
  if turns.open == 0 then return nil end
  local frees = {}
  for _, hold in ipairs(state.holds) do
    for _ = 1, math.min(hold.count, places) do table.insert(frees, soonest(hold, now)) end
  end
  table.sort(frees)
  local behind = (turns.position or horizon) - 1
  local rounds, index = math.floor(behind / math.max(1, places)), behind % math.max(1, places)
  local at = frees[index + 1] or now
  return math.max(0.001, math.max(at, state.closed_until) + rounds * length - now)
end

local function remember_wait(state, process, wanted, due)
  local kept = {}
  for _, each in ipairs(state.waiting) do
    if each.process ~= process then
      table.insert(kept, each)
    elseif wanted[each.lane + 1] > 0 then
      each.count, each.due = wanted[each.lane + 1], due
      table.insert(kept, each)
    end
  end
  state.waiting = kept
end

-- decision.py, the last steps --------------------------------------------------------------------------------------

local function give_turns(state, request, now, wall, limit, rules)
  local length = math.max(limit.period, request.period) + state.margin
  local held, own = held_by(state, request.process)
  local share = math.max(0, request.places - own)
  local wanted = within_budgets(state, request, share)
  local free = now >= state.closed_until and limit.places - held or 0
  local turns = allot(state, request, wanted, free, rules)
  local grants = {}
  for index, lane in ipairs(turns.granted) do
    grants[index] = grant_of(state, request, request.number + index, lane, now, wall, length, rules)
  end
  local ask_in, any = next_ask(state, turns, now, limit.places, length, rules.horizon), false
  for _, count in ipairs(request.want) do any = any or count > 0 end
  if not ask_in and any and share == 0 then ask_in = share_free_in(state, request.process, now) end
  remember_wait(state, request.process, wanted, now + (ask_in or 0))
  if limit.places > rules.fine then state.holds = merged(state.holds, limit.period / 100) end
  local spare = deal_spare(state, request, limit)
  if request.leaving then
    state.members[request.process] = nil
    state.member_count = state.member_count - 1
  end
  return reply_to(state, request, now, wall, limit, rules, grants, ask_in, spare)
end

local function decide(state, request, now, wall, rules)
  check_clock(state, request, now, rules)
  greet(state, request, now, rules)
  local limit = limit_of(state)
  restore(state, request, wall)
  forget_old(state, now, wall, rules)
  apply_reports(state, request, now, limit, rules)
  apply_throttling(state, request, now, limit, rules)
  state.clock = now
  return give_turns(state, request, now, wall, limit, rules)
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
