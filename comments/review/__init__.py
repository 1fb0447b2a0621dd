"""The facilitators' review: queue, tasks, filters, like proposals, side by side, publishing."""
