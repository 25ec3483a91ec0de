package compile

import (
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	long := strings.Repeat("ä", 3000)
	tests := []struct{ in, want string }{
		{"postgres://app:hunter2@db:5432/orders", "postgres://app:***@db:5432/orders"},
		{"postgres://app@db/orders", "postgres://app@db/orders"},
		{"redis://:hunter2@cache:6379/0", "redis://:***@cache:6379/0"},
		{"mongodb+srv://u:p%40ss@cluster/x", "mongodb+srv://u:***@cluster/x"},
		{"root:secret@tcp(mysql:3306)/shop?parseTime=true", "root:***@tcp(mysql:3306)/shop?parseTime=true"},
		{"root:secret@/shop", "root:***@/shop"},
		{"guest:guest@rabbit:5672/", "guest:***@rabbit:5672/"},
		{"%s:%s@tcp(%s:%d)/%s", "%s:%s@tcp(%s:%d)/%s"},
		{"postgres://{{.User}}:{{.Password}}@db/x", "postgres://{{.User}}:{{.Password}}@db/x"},
		{"amqp://u:$PASSWORD@rabbit/", "amqp://u:$PASSWORD@rabbit/"},
		{"host=db user=app password=hunter2 dbname=x", "host=db user=app password=*** dbname=x"},
		{"sqlserver://sa@db?password=hunter2&database=x", "sqlserver://sa@db?password=***&database=x"},
		{"password=%s", "password=%s"},
		{"mail me: bob@example.com", "mail me: bob@example.com"},
		{"http://example.com:8080/users/@me", "http://example.com:8080/users/@me"},
		{"SELECT a FROM b WHERE c = ?", "SELECT a FROM b WHERE c = ?"},
		{long, long[:maxText] + "…"},
		{strings.Repeat("\xff\x00", 3000), "…"},
	}
	for _, test := range tests {
		if got := text(test.in); got != test.want {
			t.Errorf("%.80q: got %.80q, want %.80q", test.in, got, test.want)
		}
	}
}
