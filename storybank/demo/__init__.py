"""The invented corpus, loaded into an empty house: demo, tutorial and test bed in one."""
