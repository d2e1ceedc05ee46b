// Command etcd is the upstream server and nothing else: the store under the API server that judges our policies.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
