"""Account: users are created and deleted each for itself, and senders are listed."""

from __future__ import annotations

from tests.emulator.driver import Raw

USER = {
    "userType": "Marketing",
    "email": "first.last@example.com",
    "firstName": "First",
    "lastName": "Last",
    "password": "theFirstWillBeLast",
    "sendEmailConfirmation": "N",
}
UNKNOWN_USER = {
    "email": "nobody@example.com",
    "status": "error",
    "errorCode": "PUBLIC_USER_DOES_NOT_EXIST",
    "errorMessage": "User does not exist.",
    "errorCodeId": 10148,
}


async def test_users_are_created_each_for_itself(raw: Raw) -> None:
    """A bad one is told of with HTTP 200; a confirmation is told of where it was asked for."""
    confirmed = {**USER, "email": "second@example.com", "sendEmailConfirmation": "Yes"}
    answer = await raw.call("POST", "/api/1/user", json=[USER, confirmed, {**USER, "password": "short"}])
    assert answer.status == 200
    assert answer.json[0] == {"email": "first.last@example.com", "status": "ok", "privilegeResponses": []}
    assert answer.json[1]["confirmationEmailResponse"] == {"email": "second@example.com", "status": "ok"}
    assert answer.json[2]["status"] == "error"
    login = await raw.token(grant_type="password", username=USER["email"], password=USER["password"])
    assert login.status == 200


async def test_users_are_deleted_each_for_itself(raw: Raw) -> None:
    """The second deletion of the same user fails by itself."""
    await raw.call("POST", "/api/1/user", json=[USER])
    gone = [{"email": USER["email"]}, {"email": "nobody@example.com"}]
    answer = await raw.call("POST", "/api/1/user/delete", json=gone)
    assert answer.told == (200, [{"email": USER["email"], "status": "ok"}, UNKNOWN_USER])


async def test_one_user_is_deleted_by_address(raw: Raw) -> None:
    """Then there is none to delete."""
    await raw.call("POST", "/api/1/user", json=[USER])
    path = f"/api/1/user/{USER['email']}"
    assert (await raw.call("DELETE", path)).json == {"status": "success", "message": "User deleted"}
    assert (await raw.call("DELETE", path)).json["errorCode"] == 10148


async def test_senders_are_listed(raw: Raw) -> None:
    """Their shape is a guess, so only the list is certain."""
    assert isinstance((await raw.get("/api/1/account/senders")).json, list)
