// Sets the time zone of a newcomer to the one of their machine, where the list has it.

for (const field of document.querySelectorAll("select[data-own-zone]")) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isUntouched = field.value === "America/New_York";
  if (isUntouched && [...field.options].some((option) => option.value === own)) {
    field.value = own;
  }
}
