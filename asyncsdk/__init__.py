"""An asyncio client for the Act-On REST API."""
