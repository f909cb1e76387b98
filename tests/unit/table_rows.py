"""The rows of the first five namespaces as the documentation has them: what the table is held against."""

from __future__ import annotations

ROWS = """
account.get                GET     /api/1/account                                   read
account.create_users       POST    /api/1/user                                      unsafe
account.delete_users       POST    /api/1/user/delete                               idempotent
account.delete_user        DELETE  /api/1/user/{email}                              idempotent
account.senders            GET     /api/1/account/senders                           read
events.upload              POST    /api/1/customevents                              unsafe
events.record              POST    /api/1/customevents/fact                         unsafe
events.status              GET     /api/1/customevents/{job_id}/status              read
lists.all                  GET     /api/1/list                                      read
lists.download             GET     /api/1/list/{list_id}                            read
lists.create               POST    /api/1/list                                      unsafe
lists.create_empty         POST    /api/1/list                                      unsafe
lists.merge                PUT     /api/1/list/{list_id}                            unsafe
lists.upload_status        GET     /api/1/list/{job_id}/status                      read
lists.rejected_records     GET     /api/1/list/rejectedUploadRecords                read
lists.delete               DELETE  /api/1/list/{list_id}                            idempotent
lists.delete_records       DELETE  /api/1/list/{list_id}/record                     idempotent
lists.hard_bounces         GET     /api/1/list/hardbounce                           read
lists.spam_complaints      GET     /api/1/list/spamcomplaint                        read
lists.opt_outs             GET     /api/1/list/optout                               read
lists.add_opt_outs         PUT     /api/1/list/optout                               idempotent
lists.remove_opt_outs      PUT     /api/1/list/optin                                idempotent
contacts.add               POST    /api/1/list/{list_id}/record                     unsafe
contacts.get               GET     /api/1/list/{list_id}/record/{record_id}         read
contacts.upsert            PUT     /api/1/list/{list_id}/record                     idempotent
contacts.submit_upsert     PUT     /api/1/list/{list_id}/record                     idempotent
contacts.update            PUT     /api/1/list/{list_id}/record/{record_id}         idempotent
contacts.delete            DELETE  /api/1/list/{list_id}/record/{record_id}         idempotent
contacts.lookup_cookie     GET     /api/1/list/lookup                               read
contacts.find              GET     /api/1/list/lookup/{list_id}                     read
contacts.facts             GET     /api/1/list/{list_id}/record/{record_id}/facts   read
subscriptions.opt_outs     GET     /api/1/subscription/optout                       read
subscriptions.categories   GET     /api/1/subscription/category                     read
subscriptions.opt_ins      GET     /api/1/subscription/category                     read
subscriptions.set          PUT     /api/1/subscription/optout                       idempotent
subscriptions.set_all      PUT     /api/1/subscription/setcategories                idempotent
"""

NAMES = {line.split()[0]: tuple(line.split()[1:]) for line in ROWS.strip().splitlines()}
"""By name: method, path and effect. A merge is as unsafe as its worst mode."""

RESULTS = {
    "account.get": "AccountInfo",
    "account.create_users": "list[UserOutcome]",
    "account.delete_users": "list[UserOutcome]",
    "account.delete_user": "Outcome",
    "account.senders": "list[Sender]",
    "events.upload": "Job[EventReport]",
    "events.record": "Outcome",
    "events.status": "JobStatus[EventReport]",
    "lists.all": "Page[Asset]",
    "lists.download": "ListPage",
    "lists.create": "Job[UploadReport]",
    "lists.create_empty": "CreatedList",
    "lists.merge": "Job[UploadReport]",
    "lists.upload_status": "JobStatus[UploadReport]",
    "lists.rejected_records": "AsyncIterator[Mapping[str, str]]",
    "lists.delete": "Outcome",
    "lists.delete_records": "DeletedRecords",
    "lists.hard_bounces": "Page[Suppression]",
    "lists.spam_complaints": "Page[Suppression]",
    "lists.opt_outs": "Page[Suppression]",
    "lists.add_opt_outs": "SuppressionUpdate",
    "lists.remove_opt_outs": "SuppressionUpdate",
    "contacts.add": "Saved",
    "contacts.get": "tuple[str, ...]",
    "contacts.upsert": "Saved",
    "contacts.submit_upsert": "Job[UploadReport]",
    "contacts.update": "Saved",
    "contacts.delete": "Outcome",
    "contacts.lookup_cookie": "RecordLookup",
    "contacts.find": "Contact",
    "contacts.facts": "ContactFacts",
    "subscriptions.opt_outs": "Page[CategoryOptOut]",
    "subscriptions.categories": "list[Category]",
    "subscriptions.opt_ins": "list[Category]",
    "subscriptions.set": "Outcome",
    "subscriptions.set_all": "Outcome",
}
"""By name: what a caller gets."""
