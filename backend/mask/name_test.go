package mask_test

import (
	"testing"

	"auditdesk/backend/mask"
)

func TestSecretNames(t *testing.T) {
	for _, c := range []struct {
		why, name string
		want      bool
	}{
		{"a word alone", "password", true},
		{"words with spaces", "client secret", true},
		{"snake case", "hashed_password", true},
		{"kebab case", "x-api-key", true},
		{"camel case", "clientSecret", true},
		{"capitals before a word", "APIKey", true},
		{"capitals and more words", "APIKeyID", true},
		{"a digit ends a word", "OAuth2Token", true},
		{"a digit after a word", "key2", true},
		{"upper case", "DB_PASSWORD", true},
		{"a plural", "api_keys", true},
		{"credentials", "credentials", true},
		{"key anywhere", "key_regenerated_at", true},
		{"with a path", "env.SECRET", true},
		{"behind an invisible character", "pass\u200bword", true},
		{"beside another script", "Ключ_key", true},
		{"a no-break space parts words", "client\u00a0secret", true},
		{"public key", "public_key", false},
		{"public keys", "sshPublicKeys", false},
		{"public key in capitals", "PUBLIC KEY", false},
		{"a secret word after public key", "public_key_token", true},
		{"public before another word", "public_api_key", true},
		{"only part of a word: monkey", "monkey", false},
		{"only part of a word: keyboard", "keyboard", false},
		{"only part of a word: tokenizer", "tokenizer", false},
		{"only part of a word: secretary", "secretary", false},
		{"letters around it", "schlüsselkey", false},
		{"other names", "resource_target", false},
		{"nothing", "", false},
	} {
		t.Run(c.why, func(t *testing.T) {
			if got := mask.Name(c.name); got != c.want {
				t.Errorf("Name(%q) = %v", c.name, got)
			}
		})
	}
}

func TestFieldIsSecretByFlagThenCatalogueThenName(t *testing.T) {
	for _, c := range []struct {
		field string
		flag  mask.Flag
		want  bool
	}{
		{"private_key", mask.Secret, true},
		{"template_acl", mask.Secret, true},
		{"token_name", mask.Public, false},
		{"token_name", mask.Unflagged, true},
		{"Client_Secret", mask.Unflagged, true},
		{"gpu vendor", mask.Unflagged, false},
	} {
		if got := mask.Field(c.field, c.flag); got != c.want {
			t.Errorf("Field(%q, %d) = %v", c.field, c.flag, got)
		}
	}
}

func TestInvisibleCharactersAreShown(t *testing.T) {
	for _, c := range []struct{ why, in, want, lines string }{
		{"plain text", "a b — ü 電話", "a b — ü 電話", "a b — ü 電話"},
		{"right-to-left override", "x\u202egpj.exe\u202c", "x<U+202E>gpj.exe<U+202C>", "x<U+202E>gpj.exe<U+202C>"},
		{"isolates and marks", "\u2066\u2069\u200f\u061c", "<U+2066><U+2069><U+200F><U+061C>", "<U+2066><U+2069><U+200F><U+061C>"},
		{"escape sequence", "\x1b[31mred", "<U+001B>[31mred", "<U+001B>[31mred"},
		{"C1 control", "\u009b31m", "<U+009B>31m", "<U+009B>31m"},
		{"zero width and soft hyphen", "a\u200bb\u00adc\ufeff", "a<U+200B>b<U+00AD>c<U+FEFF>", "a<U+200B>b<U+00AD>c<U+FEFF>"},
		{"line breaks and tabs", "a\r\n\tb\u2028c", "a<U+000D><U+000A><U+0009>b<U+2028>c", "a<U+000D>\n\tb<U+2028>c"},
		{"tag characters", "\U000e0041", "<U+E0041>", "<U+E0041>"},
		{"invalid UTF-8", "a\xffb", "a\ufffdb", "a\ufffdb"},
		{"filler", "\u3164", "<U+3164>", "<U+3164>"},
		{"NUL", "\x00", "<U+0000>", "<U+0000>"},
	} {
		t.Run(c.why, func(t *testing.T) {
			if got := mask.Visible(c.in); got != c.want {
				t.Errorf("Visible = %q, want %q", got, c.want)
			}
			if got := mask.VisibleLines(c.in); got != c.lines {
				t.Errorf("VisibleLines = %q, want %q", got, c.lines)
			}
		})
	}
}
