"""Uploading rows to a list: what bulk runs and queues share."""
