"""Create a list from a CSV file, await the job, and read what was rejected.

Usage: python upload_and_wait.py; credentials come from ACTON_* variables.
"""

import asyncio

from asyncsdk import Column, JobTimeout, Session

FILE = b"""Email,First Name,City
ada@example.com,Ada,London
nobody,Nemo,Atlantis
"""
COLUMNS = [Column("Email", "EMAIL"), Column("First Name", "FIRSTNAME"), Column("City", "BIZ_CITY")]


async def main() -> None:
    """Upload, wait, and tell what came of it."""
    async with Session.from_env() as acton:
        job = await acton.lists.create("Leads", file=FILE, columns=COLUMNS)
        async for status in job.updates():
            print(job.id, status)
        try:
            report = await job
        except JobTimeout as late:
            print(f"Not done yet; later, acton.lists.job({late.job_id!r}) goes on with it.")
            return
        print(report)
        if report.rejected:
            async for row in acton.lists.rejected_records(report):
                print("rejected:", row["First Name"])


asyncio.run(main())
