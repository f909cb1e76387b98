"""Uploads: rows on their way into a list, shared by bulk runs and queues."""
