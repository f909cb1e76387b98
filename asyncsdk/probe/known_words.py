"""Known words: those that a server's message may hold without saying anything of the account.

They are words of everyday English and of APIs, the names of the parameters of the table, and nothing else. What an
account calls its lists, columns and people is in none of them, but by chance: a list that is called "Contacts"
cannot be recognised by that.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from asyncsdk.api import TABLE

__all__ = ["known_words"]

_GRAMMAR: Final = """
    a about above according after again all already also an and another any are as at be because been before
    being below between both but by can can't cannot could couldn't did didn't do does doesn't don't done down
    during each either else every few first for from had has hasn't have haven't how if in inside instead into
    is isn't it its last later least left less like long many missing more most much must neither next no none
    nor not nothing now of off on once one only or other others out outside over own per please re same several
    shall she should since so some something such than that the their them then there these they this those
    through to too twice two under until up upon us used using very was wasn't we were weren't what when where
    whether which while who whole whose why with within without won't would wouldn't yes yet you your
"""

_DOING: Final = """
    abort aborted accept accepted accepts access accessed add added adding adds allow allowed allows answer
    answered applied apply archive archived ask asked assign assigned began begin begun belong belongs block
    blocked bounce bounced call called cancel canceled cancelled cast change changed check checked choose chosen
    clear cleared click clicked close closed combine combined complete completed confirm confirmed conflict
    conflicts connect connected contain contained contains continue convert copied copy correct corrected count
    counted create created creating decode decoded delete deleted deleting denied deny deserialize detect
    detected differ differs disable disabled duplicate duplicated edit edited empty enable enabled encode
    encoded end ended ends enter entered exceed exceeded exceeds exist existing exists expect expected expire
    expired expires export exported fail failed failing fails fetch fetched fill filled filter filtered find
    finish finished follow followed forbid forbidden found generate generated get give given gone grant granted
    ignore ignored import imported include included includes insert inserted keep kept know known launch
    launched load loaded lock locked log logged made make match matched matches matching merge merged modified
    modify move moved name named need needed needs open opened parse parsed pause paused perform performed
    permit permitted process processed processing provide provided publish published put queue queued quote
    quoted reached read receive received recognised recognized refer refers refuse refused reject rejected
    remove removed rename renamed renew repeat repeated replace replaced report reported request requested
    require required requires reset resolve resolved restrict restricted retrieve retrieved retry return
    returned returns run running save saved schedule scheduled see select selected send sending sent set share
    shared show shown skip skipped specified specify start started starts stop stopped store stored submit
    submitted subscribe subscribed succeeded suppress suppressed suspended take taken takes throttled tried
    trigger triggered try unsubscribe unsubscribed update updated updating upload uploaded uploading upserted
    use validate validated verified verify view viewed violate violated wait waiting wanted went write written
"""

_QUALITIES: Final = """
    able active additional allowable ambiguous anonymous automatic available bad busy common corrupt current
    daily different double due exclusive expected external false full general global hard hidden high hourly
    identical illegal improper improperly inactive incomplete incorrect incorrectly individual internal invalid
    large larger longer low main malformed mandatory maximum minimum mismatched multiple mutually necessary
    negative new null numeric ok old older optional original partial partially pending permanent plain positive
    possible present previous primary private proper properly public ready recent recently redundant related
    reserved secondary short shorter single small smaller soft sorry standard strict successful successfully
    sure temporarily temporary total transactional true unable unauthenticated unauthorised unauthorized
    unavailable undefined unexpected unique universal unknown unlimited unprocessable unreadable unrecognised
    unrecognized unsupported valid visible wrong
"""

_THINGS: Final = """
    account accounts action actions activity address addresses api app application argument array asset assets
    attempt attempts attribute audience authentication authorisation authorization backend base bearer behavior
    behaviour body boolean bounces boundary browser bytes cache calls campaign campaigns categories category
    cell character characters clicks client clients code codes column columns comma company condition conditions
    connection connections constraint contact contactid contacts content context cookie cookies country counts
    credentials criteria csv custom data database dataset datasets date dates datetime day days default
    definition definitions delimiter description details digits document domain draft drafts duplicates email
    emails endpoint entries entry environment error errors event events example exception expiration extension
    failure failures feature features field fields file filename files filters folder folders footer footers
    form format formats formatted forms function gateway grants group header headers heading headings hour hours
    html http https hundred id identifier identity ids image images import imports index information input
    integer integrity interval item items job jobs json key keys kind landing language length letters level
    limit limits line lines link links list lists load location login logins logo logos logout mail mails
    mapping mappings media member members merges message messages metadata method methods million milliseconds
    minute minutes mode module month months msgid multipart names namespace network number numbers object
    objects offset operation operations optin option options optout order organization origin owner package page
    pages pagination param parameter parameters params parent part parts password path paths payload period
    permission permissions person phone pointer policy portal preference preferences prefix privileges problem
    product profile program programs progress property proxy qualifier qualifiers quantity query quota range
    rate reason reasons recipient recipients record records reference rejects relay reports requests resource
    resources response responses result results right rights role route row rows rule rules runtime schema
    schemas scope score scores script search second seconds section security segment segments sender senders
    separator sequence server service session sessions setting settings size source sources spam spec
    specification specs stack state statement status step string strings subject subscriber subscription
    subscriptions success suffix support syntax system systems table tag template templates tenant test text
    texts thousand time timeout times timestamp timezone title token tokens transaction type types unit uri url
    urls user username users utf value values variable verb version views violation visitor visits warning way
    webhook webhooks website words year years zone
"""

_HTTP: Final = """
    accept access age alive allow amz amzn application authenticate cache cdn cf charset closed connection
    content control cookie cors credentials cross csp csrf date deflate disposition download encoding etag
    expires expose forwarded frame gzip host keep language last length limit location max methods modified
    nosniff octet opener options origin plain policy pragma protection proto proxy ranges ray real referrer
    remaining request retry sameorigin server sniff stream strict strip sts timing trace traceid traffic
    transfer transport upgrade vary via www x xml xss
"""


@cache
def known_words() -> frozenset[str]:
    """All of them, in small letters."""
    lists = (_GRAMMAR, _DOING, _QUALITIES, _THINGS, _HTTP)
    of_table = (param.wire for route in TABLE.values() for param in route.params)
    return frozenset(word.casefold() for text in (*lists, *of_table) for word in text.replace("_", " ").split())
