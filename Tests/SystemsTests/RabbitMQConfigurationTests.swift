import Harness
import Relays
import Operations
import Testing

@testable import Systems

@Suite struct RabbitMQConfigurationTests {
  private let configuration = RabbitMQConfiguration(
    layout: RabbitMQLayout(NodeLayout(octet: 7, nodeCount: 3, directory: "/run")),
    plan: ClusterPlan(
      nodes: 3, partitionHandling: .pauseMinority, netTick: .seconds(5),
      bootDeadline: .seconds(60)),
    cookie: "COOKIE")
  private let installation = RabbitMQInstallation(
    serverScript: "/usr/lib/rabbitmq/bin/rabbitmq-server", version: "3.10.8",
    erlangRoot: "/usr/lib/erlang", erlangVersion: "25.2.3", erlCall: "/usr/bin/erl_call",
    epmd: "/usr/bin/epmd")

  @Test func serverSettings() {
    #expect(
      configuration.serverSettings(of: NodeID(2)) == """
        listeners.tcp.1 = 127.0.0.1:12455
        cluster_formation.peer_discovery_backend = classic_config
        cluster_formation.classic_config.nodes.1 = r1@n1
        cluster_formation.classic_config.nodes.2 = r2@n2
        cluster_formation.classic_config.nodes.3 = r3@n3
        cluster_partition_handling = pause_minority
        net_ticktime = 5
        loopback_users.guest = false
        disk_free_limit.absolute = 50MB
        vm_memory_high_watermark.absolute = 1GB

        """)
  }

  /// A dead letter is sent again after three net-ticks, as with RabbitMQ's defaults.
  @Test func hiddenSettings() {
    #expect(
      configuration.hiddenSettings
        == "[{rabbit,[{dead_letter_worker_publisher_confirm_timeout,15000}]}].\n")
  }

  @Test func hostNames() {
    #expect(
      configuration.hostNames(of: NodeID(2)) == """
        {lookup,[file,native]}.
        {host,{127,7,2,1},["n1"]}.
        {host,{127,0,0,1},["n2"]}.
        {host,{127,7,2,3},["n3"]}.

        """)
  }

  @Test func environment() {
    let environment = configuration.environment(of: NodeID(3), installation: installation)
    #expect(
      environment == [
        "PATH": "/usr/lib/erlang/bin:/usr/local/bin:/usr/bin:/bin",
        "HOME": "/run/nodes/n3/config", "LANG": "C.UTF-8",
        "ERL_INETRC": "/run/nodes/n3/config/inetrc", "ERL_EPMD_PORT": "12448",
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_CRASH_DUMP": "/run/nodes/n3/logs/erl_crash.dump",
        "ERL_CRASH_DUMP_BYTES": "1000000", "RUNNING_UNDER_SYSTEMD": "true",
        "RABBITMQ_NODENAME": "r3@n3", "RABBITMQ_DIST_PORT": "12456",
        "RABBITMQ_MNESIA_BASE": "/run/nodes/n3/data", "RABBITMQ_LOG_BASE": "/run/nodes/n3/logs",
        "RABBITMQ_CONFIG_FILE": "/run/nodes/n3/config/rabbitmq.conf",
        "RABBITMQ_ADVANCED_CONFIG_FILE": "/run/nodes/n3/config/advanced.config",
        "RABBITMQ_ENABLED_PLUGINS_FILE": "/run/nodes/n3/config/enabled_plugins",
        "RABBITMQ_PID_FILE": "/run/nodes/n3/data/pid", "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
          "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 -noinput -setcookie COOKIE",
      ])
  }

  @Test func filesAndTheirFingerprints() {
    let files = configuration.files(of: NodeID(1))
    #expect(
      files.map(\.name) == ["rabbitmq.conf", "advanced.config", "inetrc", "enabled_plugins"])
    #expect(files[3].text == "[].\n")
    // The published FNV-1a vectors of the empty text, "a" and "foobar".
    #expect(Fingerprint.text(of: "") == "fnv1a64:cbf29ce484222325")
    #expect(Fingerprint.text(of: "a") == "fnv1a64:af63dc4c8601ec8c")
    #expect(Fingerprint.text(of: "foobar") == "fnv1a64:85944171f73967e8")
  }

  @Test func netTickIsWholeSecondsAndNeverZero() {
    var short = configuration
    short.plan.netTick = .milliseconds(300)
    #expect(short.netTickSeconds == 1)
  }

  @Test(arguments: NodeLayout.octets)
  func portsOfARunAreItsOwnAndBelowTheKernels(octet: Int) {
    let layout = NodeLayout(
      octet: octet, nodeCount: NodeLayout.mostNodes, directory: "/run")
    let ports = layout.ports + [layout.claim.port]
    #expect(Set(ports).count == ports.count)
    let own = 12_000 + octet * 64..<12_064 + octet * 64
    #expect(ports.allSatisfy { own.contains($0) && $0 < 32_768 })
  }

  @Test func topologyHasTheAddressesOfTheHostNames() throws {
    let layout = configuration.layout.places
    let topology = try layout.topology(hasPortMapper: true)
    for from in layout.nodes {
      for to in layout.nodes where to != from {
        let link = try #require(topology.link(from: "\(from)", to: "\(to)"))
        #expect(link.listen.host == layout.peerAddress(from: from, to: to))
        #expect(Int(link.target.port) == layout.peerPort(of: to))
      }
    }
  }
}
