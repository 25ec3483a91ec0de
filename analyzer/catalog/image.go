package catalog

import "strings"

// An Image is what a container image is known to be.
type Image struct {
	Name       string `json:"image"`     // last part of the image's name, without tag
	Publisher  string `json:"publisher"` // if not empty, the part before it must be this: the name alone says nothing
	Technology string `json:"technology"`
	Kind       string `json:"kind"` // datastore, cache, queue, coordinator, platform
}

// Image returns what a container image is, by its reference:
// [registry/][publisher/]name[:tag][@digest]. Only known products are found;
// an image of the system itself is not.
func (c *Catalog) Image(ref string) (Image, bool) {
	ref, _, _ = strings.Cut(ref, "@")
	publisher, name := "library", strings.ToLower(ref)
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		publisher, name = name[:i], name[i+1:]
		publisher = publisher[strings.LastIndexByte(publisher, '/')+1:]
	}
	name, _, _ = strings.Cut(name, ":")
	for _, image := range c.facts().images[name] {
		if image.Publisher == "" || image.Publisher == publisher {
			return image, true
		}
	}
	return Image{}, false
}
