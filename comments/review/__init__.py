"""The facilitators' review: queue, tasks, filters, sets of like proposals, side by side, publishing."""
