"""Sample calls of the routes of ``account``: data, written by hand from the documentation."""

from __future__ import annotations

from asyncsdk import NewUser
from tests.conformance.samples.call import Call

ADA = NewUser("Sales", "ada@example.com", "Ada", "Lovelace", "hunter2")


ACCOUNT = [
    Call("account.get", lambda it: it.get(), "/api/1/account"),
    Call("account.create_users", lambda it: it.create_users(users=[ADA]), "/api/1/user", json=[ADA]),
    Call(
        "account.delete_users",
        lambda it: it.delete_users(emails=["ada@example.com", "b+c@example.com"]),
        "/api/1/user/delete",
        json=[{"email": "ada@example.com"}, {"email": "b+c@example.com"}],
    ),
    Call(
        "account.delete_user", lambda it: it.delete_user("a+b/c@example.com"), "/api/1/user/a%2Bb%2Fc%40example.com"
    ),
    Call("account.senders", lambda it: it.senders(), "/api/1/account/senders"),
]
