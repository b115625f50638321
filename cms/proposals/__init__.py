"""Changes proposed by those who may not edit: any visitor with a mailbox, any partner.

A proposal holds the texts it started from and those it wishes, in the form in which readers get them.
It is shown as a difference, discussed line by line, and taken whole, in part or not at all; what was
edited meanwhile is merged and never overwritten.
"""
