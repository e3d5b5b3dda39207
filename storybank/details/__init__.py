"""Help with personal details: what in a story may tell who somebody is, for a person to check.

The house finds likely names, places, numbers and dates and keeps where they stand, never what
they say. A person answers each, puts neutral words in their place in a new version, and signs
that they have looked. No machine finds every detail, so these are suggestions and nothing more.
"""
