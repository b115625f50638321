"""The wiki: pages, blocks, people, partners, workflow and history. Has never heard of a case study."""
