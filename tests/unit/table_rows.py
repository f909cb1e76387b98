"""The rows as the documentation has them: what the table is held against."""

from __future__ import annotations

ROWS = """
account.get                          GET    /api/1/account read
account.create_users                 POST   /api/1/user unsafe
account.delete_users                 POST   /api/1/user/delete idempotent
account.delete_user                  DELETE /api/1/user/{email} idempotent
account.senders                      GET    /api/1/account/senders read
events.upload                        POST   /api/1/customevents unsafe
events.record                        POST   /api/1/customevents/fact unsafe
events.status                        GET    /api/1/customevents/{job_id}/status read
lists.all                            GET    /api/1/list read
lists.download                       GET    /api/1/list/{list_id} read
lists.create                         POST   /api/1/list unsafe
lists.create_empty                   POST   /api/1/list unsafe
lists.merge                          PUT    /api/1/list/{list_id} unsafe
lists.upload_status                  GET    /api/1/list/{job_id}/status read
lists.rejected_records               GET    /api/1/list/rejectedUploadRecords read
lists.delete                         DELETE /api/1/list/{list_id} idempotent
lists.delete_records                 DELETE /api/1/list/{list_id}/record idempotent
lists.hard_bounces                   GET    /api/1/list/hardbounce read
lists.spam_complaints                GET    /api/1/list/spamcomplaint read
lists.opt_outs                       GET    /api/1/list/optout read
lists.add_opt_outs                   PUT    /api/1/list/optout idempotent
lists.remove_opt_outs                PUT    /api/1/list/optin idempotent
subscriptions.opt_outs               GET    /api/1/subscription/optout read
subscriptions.categories             GET    /api/1/subscription/category read
subscriptions.opt_ins                GET    /api/1/subscription/category read
subscriptions.set                    PUT    /api/1/subscription/optout idempotent
subscriptions.set_all                PUT    /api/1/subscription/setcategories idempotent
contacts.add                         POST   /api/1/list/{list_id}/record unsafe
contacts.get                         GET    /api/1/list/{list_id}/record/{record_id} read
contacts.upsert                      PUT    /api/1/list/{list_id}/record idempotent
contacts.submit_upsert               PUT    /api/1/list/{list_id}/record idempotent
contacts.update                      PUT    /api/1/list/{list_id}/record/{record_id} idempotent
contacts.delete                      DELETE /api/1/list/{list_id}/record/{record_id} idempotent
contacts.lookup_cookie               GET    /api/1/list/lookup read
contacts.find                        GET    /api/1/list/lookup/{list_id} read
contacts.facts                       GET    /api/1/list/{list_id}/record/{record_id}/facts read
logos.all                            GET    /api/1/logo read
logos.get                            GET    /api/1/logo/{logo_id} read
logos.add                            POST   /api/1/logo unsafe
logos.update                         PUT    /api/1/logo/{logo_id} idempotent
logos.delete                         DELETE /api/1/logo/{logo_id} idempotent
headers.all                          GET    /api/1/header read
headers.get                          GET    /api/1/header/{header_id} read
headers.add                          POST   /api/1/header unsafe
headers.update                       PUT    /api/1/header/{header_id} idempotent
headers.delete                       DELETE /api/1/header/{header_id} idempotent
footers.all                          GET    /api/1/footer read
footers.get                          GET    /api/1/footer/{footer_id} read
footers.add                          POST   /api/1/footer unsafe
footers.update                       PUT    /api/1/footer/{footer_id} idempotent
footers.delete                       DELETE /api/1/footer/{footer_id} idempotent
images.all                           GET    /api/1/image read
images.get                           GET    /api/1/image/{image_id} read
images.add                           POST   /api/1/image unsafe
images.replace                       PUT    /api/1/image/{image_id} idempotent
images.delete                        DELETE /api/1/image/{image_id} idempotent
media.all                            GET    /api/1/media read
media.get                            GET    /api/1/media/{media_id} read
media.add                            POST   /api/1/media unsafe
media.add_link                       POST   /api/1/medialink unsafe
media.replace                        PUT    /api/1/media/{media_id} idempotent
media.delete                         DELETE /api/1/media/{media_id} idempotent
forms.all                            GET    /api/1/form read
forms.urls                           GET    /api/1/form/{form_id}/urls read
pages.all                            GET    /api/1/page read
pages.get                            GET    /api/1/page/{page_id} read
pages.delete                         DELETE /api/1/page/{page_id} idempotent
pages.urls                           GET    /api/1/page/{page_id}/urls read
programs.all                         GET    /api/1/program read
reports.message                      GET    /api/1/message/{message_id}/report read
reports.message_drilldown            GET    /api/1/message/{message_id}/report/{drilldown} read
reports.messages_by_period           GET    /api/1/message/report read
reports.media                        GET    /api/1/media/{media_id}/report read
reports.media_messages               GET    /api/1/media/{media_id}/report/messages read
reports.media_views                  GET    /api/1/media/{media_id}/report/views read
reports.media_timeline               GET    /api/1/media/{media_id}/report/timeline read
reports.form                         GET    /api/1/form/{form_id}/report read
reports.page                         GET    /api/1/page/{page_id}/report read
messages.all                         GET    /api/1/message read
messages.create                      POST   /api/1/message unsafe
messages.update                      PUT    /api/1/message/{message_id} idempotent
messages.delete                      DELETE /api/1/message/{message_id} idempotent
messages.send                        POST   /api/1/message/{message_id}/send unsafe
messages.resend                      PUT    /api/1/message/{message_id}/send unsafe
messages.html                        GET    /api/1/message/{message_id}/{record_id} read
campaigns.all                        GET    /api/1/campaigns read
campaigns.get                        GET    /api/1/campaigns/{campaign_id} read
seo.keywords                         GET    /api/1/seokeywords read
seo.report                           GET    /api/1/seoreport read
transactional.send                   POST   /ete/v1/email/{account_id}/{template_id} unsafe
audience.contacts                    GET    /ucl/v2/{account_id}/contact/ read
audience.contacts_by_fields          POST   /ucl/v2/{account_id}/contact/byFields read
audience.add_contact                 POST   /ucl/v2/{account_id}/contact/ unsafe
audience.contact_by_cookie           GET    /ucl/v2/{account_id}/contact/cookieId/{cookie_id} read
audience.contacts_by_email           GET    /ucl/v2/{account_id}/contact/email/{email} read
audience.upsert_by_email             PUT    /ucl/v2/{account_id}/contact/email/{email} unsafe
audience.delete_by_email             DELETE /ucl/v2/{account_id}/contact/email/{email} unsafe
audience.delete_by_emails            DELETE /ucl/v2/{account_id}/contact/emails unsafe
audience.contact_by_external_id      GET    /ucl/v2/{account_id}/contact/externalId/{object_type}/{external_id} read
audience.upsert_by_external_id       PUT    /ucl/v2/{account_id}/contact/externalId/{object_type}/{external_id} unsafe
audience.delete_by_external_id       DELETE /ucl/v2/{account_id}/contact/externalId/{object_type}/{external_id} idempotent
audience.contact                     GET    /ucl/v2/{account_id}/contact/id/{contact_id} read
audience.update_contact              PUT    /ucl/v2/{account_id}/contact/id/{contact_id} idempotent
audience.delete_contacts             DELETE /ucl/v2/{account_id}/contact/ids idempotent
audience.activity_by_email           GET    /ucl/v2/{account_id}/contactReport/email/{email}/activity read
audience.scores_by_email             GET    /ucl/v2/{account_id}/contactReport/email/{email}/scores read
audience.segments_by_email           GET    /ucl/v2/{account_id}/contactReport/email/{email}/segments read
audience.activity_by_external_id     GET    /ucl/v2/{account_id}/contactReport/externalId/{object_type}/{external_id}/activity read
audience.scores_by_external_id       GET    /ucl/v2/{account_id}/contactReport/externalId/{object_type}/{external_id}/scores read
audience.segments_by_external_id     GET    /ucl/v2/{account_id}/contactReport/externalId/{object_type}/{external_id}/segments read
audience.activity                    GET    /ucl/v2/{account_id}/contactReport/id/{contact_id}/activity read
audience.scores                      GET    /ucl/v2/{account_id}/contactReport/id/{contact_id}/scores read
audience.contact_segments            GET    /ucl/v2/{account_id}/contactReport/id/{contact_id}/segments read
imports.definitions                  GET    /ucl/v2/{account_id}/import/definition read
imports.define                       POST   /ucl/v2/{account_id}/import/definition unsafe
imports.definition                   GET    /ucl/v2/{account_id}/import/definition/{definition_id} read
imports.redefine                     PUT    /ucl/v2/{account_id}/import/definition/{definition_id} idempotent
imports.delete_definition            DELETE /ucl/v2/{account_id}/import/definition/{definition_id} idempotent
imports.start                        POST   /ucl/v2/{account_id}/import/contacts/{definition_id} unsafe
imports.status                       GET    /ucl/v2/{account_id}/import/status/{import_id} read
schema.get                           GET    /ucl/v2/{account_id}/schema/ read
schema.add_field                     POST   /ucl/v2/{account_id}/schema/field/ unsafe
schema.update_field                  PUT    /ucl/v2/{account_id}/schema/field/{field_id} idempotent
schema.delete_field                  DELETE /ucl/v2/{account_id}/schema/field/{field_id} idempotent
segments.all                         GET    /ucl/v2/{account_id}/segment/ read
segments.create                      POST   /ucl/v2/{account_id}/segment/ unsafe
segments.get                         GET    /ucl/v2/{account_id}/segment/{segment_id} read
segments.update                      PUT    /ucl/v2/{account_id}/segment/{segment_id} idempotent
segments.delete                      DELETE /ucl/v2/{account_id}/segment/{segment_id} idempotent
segments.contacts                    GET    /ucl/v2/{account_id}/segment/{segment_id}/contacts read
segments.add_contacts                PUT    /ucl/v2/{account_id}/segment/{segment_id}/contacts idempotent
segments.remove_contacts             DELETE /ucl/v2/{account_id}/segment/{segment_id}/contacts idempotent
segments.remove_email                DELETE /ucl/v2/{account_id}/segment/{segment_id}/email/contact unsafe
segments.add_external_contacts       PUT    /ucl/v2/{account_id}/segment/{segment_id}/externalId/contacts idempotent
segments.remove_external_contacts    DELETE /ucl/v2/{account_id}/segment/{segment_id}/externalId/contacts idempotent
custom_data.schemas                  GET    /custom-objects/v1/{account_id}/schema/all read
custom_data.schema                   GET    /custom-objects/v1/{account_id}/schema/{object_id} read
custom_data.create_schema            POST   /custom-objects/v1/{account_id}/schema unsafe
custom_data.update_schema            PUT    /custom-objects/v1/{account_id}/schema/{object_id} idempotent
custom_data.delete_schema            DELETE /custom-objects/v1/{account_id}/schema/{object_id} idempotent
custom_data.delete_schemas           DELETE /custom-objects/v1/{account_id}/schema/all idempotent
custom_data.add_fields               POST   /custom-objects/v1/{account_id}/schema/{object_id}/field unsafe
custom_data.update_fields            PUT    /custom-objects/v1/{account_id}/schema/{object_id}/field idempotent
custom_data.delete_fields            DELETE /custom-objects/v1/{account_id}/schema/{object_id}/field idempotent
custom_data.datasets                 GET    /custom-objects/v1/{account_id}/data/all read
custom_data.datasets_of              GET    /custom-objects/v1/{account_id}/data/{object_id}/all read
custom_data.create_dataset           POST   /custom-objects/v1/{account_id}/data/{object_id} unsafe
custom_data.dataset                  GET    /custom-objects/v1/{account_id}/data/{object_id}/{dataset} read
custom_data.update_dataset           POST   /custom-objects/v1/{account_id}/data/{object_id}/{dataset} idempotent
custom_data.delete_dataset           DELETE /custom-objects/v1/{account_id}/data/{object_id}/{dataset} idempotent
custom_data.ingest_rows              POST   /custom-objects/v1/{account_id}/data/{object_id}/{dataset}/json unsafe
custom_data.ingest_file              POST   /custom-objects/v1/{account_id}/data/{object_id}/{dataset}/file unsafe
custom_data.validate_file            POST   /custom-objects/v1/{account_id}/data/{object_id}/validate read
custom_data.delete_rows              DELETE /custom-objects/v1/{account_id}/data/{object_id}/{dataset}/ids idempotent
custom_data.job_status               GET    /custom-objects/v1/{account_id}/data/status/{job_id} read
custom_data.job_report               GET    /custom-objects/v1/{account_id}/data/report/{job_id} read
custom_data.query                    POST   /custom-objects/v1/{account_id}/query/{object_id}/{dataset}/joinWithOther read
custom_data.query_internal           POST   /custom-objects/v1/{account_id}/query/{object_id}/{dataset}/joinWithOtherInternal read
custom_data.warm_query_cache         POST   /custom-objects/v1/{account_id}/query/joinWithOtherPreflight read
"""

NAMES = {line.split()[0]: tuple(line.split()[1:]) for line in ROWS.strip().splitlines()}
"""By name: method, path and effect. Where the effect depends on an argument it is the worst one."""

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
    "subscriptions.opt_outs": "Page[CategoryOptOut]",
    "subscriptions.categories": "list[Category]",
    "subscriptions.opt_ins": "list[Category]",
    "subscriptions.set": "Outcome",
    "subscriptions.set_all": "Outcome",
    "contacts.add": "Saved",
    "contacts.get": "tuple[str, ...]",
    "contacts.upsert": "Saved",
    "contacts.submit_upsert": "Job[UploadReport]",
    "contacts.update": "Saved",
    "contacts.delete": "Outcome",
    "contacts.lookup_cookie": "RecordLookup",
    "contacts.find": "Contact",
    "contacts.facts": "ContactFacts",
    "logos.all": "Page[Logo]",
    "logos.get": "Logo",
    "logos.add": "Outcome",
    "logos.update": "Outcome",
    "logos.delete": "Outcome",
    "headers.all": "Page[Fragment]",
    "headers.get": "Fragment",
    "headers.add": "Outcome",
    "headers.update": "Outcome",
    "headers.delete": "Outcome",
    "footers.all": "Page[Fragment]",
    "footers.get": "Fragment",
    "footers.add": "Outcome",
    "footers.update": "Outcome",
    "footers.delete": "Outcome",
    "images.all": "list[Folder[ImageEntry]]",
    "images.get": "Image",
    "images.add": "Outcome",
    "images.replace": "Outcome",
    "images.delete": "Outcome",
    "media.all": "list[Folder[MediaEntry]]",
    "media.get": "Media",
    "media.add": "Outcome",
    "media.add_link": "Outcome",
    "media.replace": "Outcome",
    "media.delete": "Outcome",
    "forms.all": "list[Folder[FormEntry]]",
    "forms.urls": "Any",
    "pages.all": "list[Folder[PageEntry]]",
    "pages.get": "Any",
    "pages.delete": "Outcome",
    "pages.urls": "Any",
    "programs.all": "Programs",
    "reports.message": "MessageReport",
    "reports.message_drilldown": "Page[DrilldownRow]",
    "reports.messages_by_period": "PeriodReport",
    "reports.media": "MediaReport",
    "reports.media_messages": "Any",
    "reports.media_views": "list[MediaView]",
    "reports.media_timeline": "list[MediaDay]",
    "reports.form": "FormReport",
    "reports.page": "PageReport",
    "messages.all": "Page[Message]",
    "messages.create": "Outcome",
    "messages.update": "Outcome",
    "messages.delete": "Outcome",
    "messages.send": "Outcome",
    "messages.resend": "Outcome",
    "messages.html": "str",
    "campaigns.all": "Any",
    "campaigns.get": "Any",
    "seo.keywords": "Any",
    "seo.report": "Any",
    "transactional.send": "TransactionalReceipt",
    "audience.contacts": "Page[AudienceContact]",
    "audience.contacts_by_fields": "Page[Any]",
    "audience.add_contact": "Any",
    "audience.contact_by_cookie": "AudienceContact",
    "audience.contacts_by_email": "Page[AudienceContact]",
    "audience.upsert_by_email": "Any",
    "audience.delete_by_email": "Any",
    "audience.delete_by_emails": "Any",
    "audience.contact_by_external_id": "AudienceContact",
    "audience.upsert_by_external_id": "Any",
    "audience.delete_by_external_id": "bool",
    "audience.contact": "AudienceContact",
    "audience.update_contact": "Any",
    "audience.delete_contacts": "Any",
    "audience.activity_by_email": "Any",
    "audience.scores_by_email": "Any",
    "audience.segments_by_email": "Any",
    "audience.activity_by_external_id": "Any",
    "audience.scores_by_external_id": "Any",
    "audience.segments_by_external_id": "Any",
    "audience.activity": "Any",
    "audience.scores": "Any",
    "audience.contact_segments": "Any",
    "imports.definitions": "list[ImportDefinition]",
    "imports.define": "ImportDefinition",
    "imports.definition": "ImportDefinition",
    "imports.redefine": "ImportDefinition",
    "imports.delete_definition": "Any",
    "imports.start": "Job[ImportReport]",
    "imports.status": "JobStatus[ImportReport]",
    "schema.get": "ContactSchema",
    "schema.add_field": "Written[SchemaField]",
    "schema.update_field": "Written[SchemaField]",
    "schema.delete_field": "Written[Any]",
    "segments.all": "Page[Segment]",
    "segments.create": "Written[Segment]",
    "segments.get": "Segment",
    "segments.update": "Written[Segment]",
    "segments.delete": "Written[Any]",
    "segments.contacts": "Page[AudienceContact]",
    "segments.add_contacts": "Any",
    "segments.remove_contacts": "Any",
    "segments.remove_email": "Any",
    "segments.add_external_contacts": "Any",
    "segments.remove_external_contacts": "Any",
    "custom_data.schemas": "Any",
    "custom_data.schema": "Any",
    "custom_data.create_schema": "Any",
    "custom_data.update_schema": "Any",
    "custom_data.delete_schema": "Any",
    "custom_data.delete_schemas": "Any",
    "custom_data.add_fields": "Any",
    "custom_data.update_fields": "Any",
    "custom_data.delete_fields": "Any",
    "custom_data.datasets": "Any",
    "custom_data.datasets_of": "Any",
    "custom_data.create_dataset": "Any",
    "custom_data.dataset": "Any",
    "custom_data.update_dataset": "Any",
    "custom_data.delete_dataset": "Any",
    "custom_data.ingest_rows": "Job[IngestReport]",
    "custom_data.ingest_file": "Job[IngestReport]",
    "custom_data.validate_file": "Any",
    "custom_data.delete_rows": "Any",
    "custom_data.job_status": "JobStatus[IngestReport]",
    "custom_data.job_report": "AsyncIterator[bytes]",
    "custom_data.query": "Page[Any]",
    "custom_data.query_internal": "Page[Any]",
    "custom_data.warm_query_cache": "Any",
}
"""By name: what a caller gets."""

GUARDS = {
    "lists.merge": {"replace_everything"},
    "custom_data.delete_schema": {"delete_everything"},
    "custom_data.delete_schemas": {"delete_everything"},
    "custom_data.ingest_rows": {"replace_everything"},
    "custom_data.ingest_file": {"replace_everything", "delete_everything"},
}
"""By name: words that must be said, and do not travel."""

READING_POSTS = {
    "audience.contacts_by_fields",
    "custom_data.validate_file",
    "custom_data.query",
    "custom_data.query_internal",
    "custom_data.warm_query_cache",
}
"""What reads, although it is posted."""

GUESSED = [
    "account.senders",
    "events.record",
    "lists.rejected_records",
    "lists.delete",
    "contacts.lookup_cookie",
    "headers.all",
    "headers.get",
    "headers.add",
    "headers.update",
    "headers.delete",
    "footers.all",
    "footers.get",
    "footers.add",
    "footers.update",
    "footers.delete",
    "forms.urls",
    "pages.get",
    "pages.delete",
    "pages.urls",
    "reports.media_messages",
    "messages.delete",
    "messages.send",
    "campaigns.all",
    "campaigns.get",
    "seo.keywords",
    "seo.report",
    "audience.contacts",
    "audience.contacts_by_fields",
    "audience.add_contact",
    "audience.contact_by_cookie",
    "audience.contacts_by_email",
    "audience.upsert_by_email",
    "audience.delete_by_email",
    "audience.delete_by_emails",
    "audience.contact_by_external_id",
    "audience.upsert_by_external_id",
    "audience.contact",
    "audience.update_contact",
    "audience.delete_contacts",
    "audience.activity_by_email",
    "audience.scores_by_email",
    "audience.segments_by_email",
    "audience.activity_by_external_id",
    "audience.scores_by_external_id",
    "audience.segments_by_external_id",
    "audience.activity",
    "audience.scores",
    "audience.contact_segments",
    "imports.definitions",
    "imports.definition",
    "imports.redefine",
    "imports.delete_definition",
    "schema.update_field",
    "schema.delete_field",
    "segments.all",
    "segments.get",
    "segments.update",
    "segments.delete",
    "segments.contacts",
    "segments.add_contacts",
    "segments.remove_contacts",
    "segments.remove_email",
    "segments.add_external_contacts",
    "segments.remove_external_contacts",
    "custom_data.schemas",
    "custom_data.schema",
    "custom_data.create_schema",
    "custom_data.update_schema",
    "custom_data.delete_schema",
    "custom_data.delete_schemas",
    "custom_data.add_fields",
    "custom_data.update_fields",
    "custom_data.delete_fields",
    "custom_data.datasets",
    "custom_data.datasets_of",
    "custom_data.create_dataset",
    "custom_data.dataset",
    "custom_data.update_dataset",
    "custom_data.delete_dataset",
    "custom_data.ingest_rows",
    "custom_data.ingest_file",
    "custom_data.validate_file",
    "custom_data.delete_rows",
    "custom_data.job_status",
    "custom_data.job_report",
    "custom_data.query",
    "custom_data.query_internal",
    "custom_data.warm_query_cache",
]
"""Rows whose answer nobody has published."""
