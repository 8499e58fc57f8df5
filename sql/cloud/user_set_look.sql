-- How a person likes the console; NULL: as it is.
UPDATE app_user SET language = coalesce($2, language),
	theme = coalesce($3, theme)
WHERE id = $1;
