"""Every write of this room: drafts, official acts, answers, group rooms, what people follow."""
