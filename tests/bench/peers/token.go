// Checks one access token for some seconds: token KEY_HEX TOKEN SECONDS.
// What a careful service in Go does with the standard library: the algorithm,
// the signature, then every claim.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

type header struct {
	Alg string `json:"alg"`
	Typ string `json:"typ"`
	Kid string `json:"kid"`
}

type claims struct {
	Iss   string `json:"iss"`
	Aud   string `json:"aud"`
	Typ   string `json:"typ"`
	Sub   string `json:"sub"`
	Sid   string `json:"sid"`
	Scope string `json:"scope"`
	Aal   int    `json:"aal"`
	Iat   int64  `json:"iat"`
	Us    int64  `json:"us"`
	Nbf   int64  `json:"nbf"`
	Exp   int64  `json:"exp"`
}

func check(token string, key []byte, now int64) bool {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return false
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[0])
	var head header
	if err != nil || json.Unmarshal(text, &head) != nil || head.Alg != "HS256" || head.Kid == "" {
		return false
	}
	given, err := base64.RawURLEncoding.DecodeString(parts[2])
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(token[:len(parts[0])+1+len(parts[1])]))
	if err != nil || !hmac.Equal(given, mac.Sum(nil)) {
		return false
	}
	text, err = base64.RawURLEncoding.DecodeString(parts[1])
	var body claims
	if err != nil || json.Unmarshal(text, &body) != nil {
		return false
	}
	return body.Iss == "legalnet" && body.Aud == "legalnet" && body.Sub != "" && body.Sid != "" &&
		now <= body.Exp+60 && now >= body.Nbf-60 && now >= body.Iat-60
}

func main() {
	key, err := hex.DecodeString(os.Args[1])
	seconds, wrong := strconv.ParseFloat(os.Args[3], 64)
	if err != nil || wrong != nil {
		os.Exit(2)
	}
	began, checks := time.Now(), 0
	for time.Since(began).Seconds() < seconds {
		for i := 0; i < 256; i++ {
			if !check(os.Args[2], key, time.Now().Unix()) {
				os.Exit(1)
			}
		}
		checks += 256
	}
	fmt.Printf("%.0f\n", float64(checks)/time.Since(began).Seconds())
}
