-- Its tracking may be under way until $2; 0: it is not.
UPDATE fulfil SET tracking_until = $2 WHERE id = $1;
