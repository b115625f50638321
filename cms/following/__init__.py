"""Who is told of what happens: events, those who follow, what each is told in the site and by mail.

Other packages of the wiki declare what can happen (`kinds.register`) and say when it does
(`announcing.announce`); rooms above say what else can be followed (hooks of `topics`).
"""
