"""The outbox: what the house writes to people, by e-mail, on paper or to be told.

A message is put in the outbox by the act that calls for it, in the same transaction, and goes out
afterwards, while no transaction is open. Who it goes to is looked up when it goes: the outbox
keeps no address. Bodies never hold words of a story; they point to a page.
"""
