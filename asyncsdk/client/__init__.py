"""Client internals: what a Session is made of: the caller, the settings, and the namespaces with helpers."""
