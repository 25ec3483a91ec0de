package ceiling

import "testing"

func TestMatchRoute(t *testing.T) {
	for _, c := range []struct {
		call, route string
		want        bool
	}{
		{"GET /users/{id}", "GET /users/{user}", true},
		{"GET /users/%s", "GET /users/:id", true},
		{"GET /users/42", "GET /users/{id}", true},
		{"GET /users/{id}?full=1", "GET /users/{id}", true},
		{"POST /users/{id}", "GET /users/{id}", false},
		{"POST /users", "ANY /users", true},
		{"ANY /users", "POST /users", true},
		{"GET /users/{id}/orders", "GET /users/{id}", false},
		{"GET /users", "GET /users/{id}", false},
		{"GET /static/a/b.css", "GET /static/", true},
		{"GET /static/a/b.css", "GET /static/{path...}", true},
		{"GET /static/a/b.css", "GET /static/*filepath", true},
		{"GET /a", "GET /b", false},
		{"/a", "GET /a", true},
		{"GET /", "GET /", true},
	} {
		if got := matchRoute(c.call, c.route) >= 0; got != c.want {
			t.Errorf("matchRoute(%q, %q) = %v, want %v", c.call, c.route, got, c.want)
		}
	}
	if matchRoute("GET /users/me", "GET /users/me") <= matchRoute("GET /users/me", "GET /users/{id}") {
		t.Error("a literal segment does not fit better than a parameter")
	}
}
