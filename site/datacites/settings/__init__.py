"""Settings by use: `base` is safe by default, `demo`, `test` and `production` only differ from it."""
