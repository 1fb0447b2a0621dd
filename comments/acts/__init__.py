"""Every write on comments: drafts, official acts, answers, group rooms, what people follow."""
