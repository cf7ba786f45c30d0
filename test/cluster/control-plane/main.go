// Command control-plane is a whole Kubernetes control plane in one binary: etcd, kube-apiserver,
// kube-controller-manager and kube-scheduler as they are, and kwok in the place of nodes. The first argument says which
// of them to be. Linked together they share most of their code: one binary is a third of five.
//
// A component ends with its standard input: whoever started it is gone then, even after kill -9.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	"sigs.k8s.io/kwok/kustomize/crd"
	node "sigs.k8s.io/kwok/kustomize/stage/node/fast"
	heartbeat "sigs.k8s.io/kwok/kustomize/stage/node/heartbeat-with-lease"
	pod "sigs.k8s.io/kwok/kustomize/stage/pod/fast"
)

func main() {
	component := ""
	if len(os.Args) > 1 {
		component = os.Args[1]
		// Each component parses os.Args itself.
		os.Args = append([]string{component}, os.Args[2:]...)
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	switch component {
	case "etcd":
		etcdmain.Main(os.Args)
	case "kube-apiserver":
		run(apiserver.NewAPIServerCommand())
	case "kube-controller-manager":
		run(controllermanager.NewControllerManagerCommand())
	case "kube-scheduler":
		run(scheduler.NewSchedulerCommand())
	case "kwok":
		runKwok()
	case "kwok-port-forwards":
		fmt.Print(string(crd.ClusterPortForward))
	case "kwok-stages":
		fmt.Print(node.DefaultNodeInit, "\n---\n", heartbeat.DefaultNodeHeartbeatWithLease, "\n---\n",
			pod.DefaultPodReady, "\n---\n", pod.DefaultPodComplete, "\n---\n", pod.DefaultPodDelete)
	default:
		fmt.Fprintf(os.Stderr, "control-plane: no component %q\n", component)
		os.Exit(2)
	}
}

func run(command *cobra.Command) {
	os.Exit(cli.Run(command))
}
