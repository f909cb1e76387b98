"""HTTP as plain values: requests, responses, JSON, error bodies and the retry rule. No I/O."""
