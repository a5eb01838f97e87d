package desk

// Locale returns the environment variable that must be changed, and its value, so that the page gets a language. The web view
// takes its language from the locale; in the C locale it is "C", which JavaScript's Intl refuses, and the page stays blank.
// ok is false where the locale is fine as it is.
func Locale(getenv func(string) string) (name, value string, ok bool) {
	// In the order in which they take precedence.
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		switch getenv(name) {
		case "":
			continue
		case "C", "C.UTF-8", "C.utf8", "POSIX":
			return name, "en_US.UTF-8", true
		default:
			return "", "", false
		}
	}
	return "LANG", "en_US.UTF-8", true
}
