package ship

import "testing"

func TestPrice(t *testing.T) {}
