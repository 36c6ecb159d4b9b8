"""The rehearsal itself: a stage, traffic, the moves, the check and the verdict."""
