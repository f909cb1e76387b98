"""Sample calls of the routes of ``transactional``: data, written by hand from the documentation."""

from __future__ import annotations

from tests.conformance.samples.call import Call

TRANSACTIONAL: list[Call] = [
    Call(
        "transactional.send",
        lambda it: it.send("t-0003", to="ada@example.com", account_id="12345"),
        "/ete/v1/email/12345/t-0003",
        json={
            "envelope": {"toAddress": "ada@example.com"},
            "actions": {"trackOpens": True, "trackClicks": True},
        },
    ),
    Call(
        "transactional.send",
        lambda it: it.send(
            "t-0003",
            to="ada@example.com",
            cc=["bob@example.com", "eve@example.com"],
            sender_email="john.doe@act-on.com",
            sender_name="John Doe",
            reply_to="john.doe@act-on.com",
            subject="Your order",
            preview="It is on its way",
            personalization={"First Name": "Ada", "Account.COMPANY": "Analytical Engines"},
            transactional=True,
            external_id="order-1",
            tag="orders",
            track_opens=False,
            track_clicks=False,
            delivery_when_delayed=False,
            account_id="12345",
        ),
        "/ete/v1/email/12345/t-0003",
        json={
            "envelope": {
                "toAddress": "ada@example.com",
                "ccAddressList": ["bob@example.com", "eve@example.com"],
                "fromAddress": "john.doe@act-on.com",
                "fromDisplayName": "John Doe",
                "replyToAddress": "john.doe@act-on.com",
            },
            "content": {
                "subjectLine": "Your order",
                "previewText": "It is on its way",
                "personalizationDataMap": {"First Name": "Ada", "Account.COMPANY": "Analytical Engines"},
            },
            "metadata": {"transactional": True, "externalId": "order-1", "tagList": ["orders"]},
            "actions": {"trackOpens": False, "trackClicks": False, "deliveryWhenDelayed": False},
        },
    ),
]
