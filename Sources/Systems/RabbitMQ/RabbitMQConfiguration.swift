package import Harness
import Hosts
package import Operations

/// The files and the environment of one node, as text.
package struct RabbitMQConfiguration: Hashable, Sendable {
  /// Where everything is.
  package var layout: RabbitMQLayout
  /// What the plan fixes.
  package var plan: ClusterPlan
  /// What the nodes and the harness know each other by.
  package var cookie: String

  /// A configuration.
  package init(layout: RabbitMQLayout, plan: ClusterPlan, cookie: String) {
    self.layout = layout
    self.plan = plan
    self.cookie = cookie
  }

  /// `net_ticktime` in whole seconds, at least one.
  package var netTickSeconds: Int64 { max(1, plan.netTick.components.seconds) }

  /// After how many seconds a dead letter that its new queue has not confirmed is sent again: three
  /// net-ticks, as with RabbitMQ's defaults of 180 s and 60 s.
  package var deadLetterTimeoutSeconds: Int64 { 3 * netTickSeconds }

  /// The files of a node by name, in the order in which they are to be shown.
  package func files(of node: NodeID) -> [(name: String, text: String)] {
    [
      ("rabbitmq.conf", serverSettings(of: node)),
      ("advanced.config", hiddenSettings),
      ("inetrc", hostNames(of: node)),
      ("enabled_plugins", "[].\n"),
    ]
  }

  /// ERL_INETRC: a node knows itself at its own address and each peer at the relay's address for
  /// that link, so that all traffic between nodes goes through the relay.
  package func hostNames(of node: NodeID) -> String {
    var lines = ["{lookup,[file,native]}."]
    for other in layout.nodes {
      let address =
        other == node
        ? NodeLayout.ownAddress : layout.places.peerAddress(from: node, to: other)
      lines.append("{host,\(Self.erlangTuple(address)),[\"\(other)\"]}.")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// A numeric address as Erlang writes it: `{127,0,0,1}`.
  private static func erlangTuple(_ address: String) -> String {
    "{" + address.split(separator: ".").joined(separator: ",") + "}"
  }

  /// rabbitmq.conf. Settings made at run time would be gone after a restart.
  package func serverSettings(of node: NodeID) -> String {
    var lines = [
      "listeners.tcp.1 = \(NodeLayout.ownAddress):\(layout.places.clientPort(of: node))",
      "cluster_formation.peer_discovery_backend = classic_config",
    ]
    for (index, other) in layout.nodes.enumerated() {
      lines.append(
        "cluster_formation.classic_config.nodes.\(index + 1) = \(layout.erlangName(of: other))")
    }
    lines += [
      "cluster_partition_handling = \(plan.partitionHandling.rawValue)",
      "net_ticktime = \(netTickSeconds)",
      "loopback_users.guest = false",
      "disk_free_limit.absolute = 50MB",
      "vm_memory_high_watermark.absolute = 1GB",
    ]
    return lines.map { $0 + "\n" }.joined()
  }

  /// advanced.config: what rabbitmq.conf has no name for.
  package var hiddenSettings: String {
    "[{rabbit,[{dead_letter_worker_publisher_confirm_timeout,"
      + "\(deadLetterTimeoutSeconds * 1000)}]}].\n"
  }

  /// The whole environment of a node: its own directories, no file of the machine's, and a script
  /// that becomes the Erlang machine itself, so that a signal hits that.
  package func environment(
    of node: NodeID, installation: RabbitMQInstallation
  ) -> [String: String] {
    let config = layout.places.configDirectory(of: node)
    let data = layout.places.dataDirectory(of: node)
    let logs = layout.places.logDirectory(of: node)
    return [
      "PATH": "\(installation.erlangRoot)/bin:/usr/local/bin:/usr/bin:/bin",
      "HOME": config,
      "LANG": "C.UTF-8",
      "ERL_INETRC": "\(config)/inetrc",
      "ERL_EPMD_PORT": "\(layout.epmdPort)",
      "ERL_EPMD_ADDRESS": NodeLayout.ownAddress,
      "ERL_CRASH_DUMP": "\(logs)/erl_crash.dump",
      "ERL_CRASH_DUMP_BYTES": "1000000",
      "RUNNING_UNDER_SYSTEMD": "true",
      "RABBITMQ_NODENAME": layout.erlangName(of: node),
      "RABBITMQ_DIST_PORT": "\(layout.places.peerPort(of: node))",
      "RABBITMQ_MNESIA_BASE": data,
      "RABBITMQ_LOG_BASE": logs,
      "RABBITMQ_CONFIG_FILE": "\(config)/rabbitmq.conf",
      "RABBITMQ_ADVANCED_CONFIG_FILE": "\(config)/advanced.config",
      "RABBITMQ_ENABLED_PLUGINS_FILE": "\(config)/enabled_plugins",
      "RABBITMQ_PID_FILE": "\(data)/pid",
      "RABBITMQ_CONF_ENV_FILE": "/dev/null",
      "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
        "-kernel inet_dist_use_interface \(Self.erlangTuple(NodeLayout.ownAddress)) +S 1:1 "
        + "-noinput -setcookie \(cookie)",
    ]
  }
}

extension RabbitMQConfiguration {
  /// How each node runs on `host`.
  func programs(
    _ installation: RabbitMQInstallation, on host: any Host
  ) -> [NodeID: NodeProgram] {
    let places = layout.places
    return layout.nodes.reduce(into: [:]) { programs, node in
      let data = places.dataDirectory(of: node)
      programs[node] = NodeProgram(
        host: host,
        daemon: Daemon(
          installation.serverScript,
          environment: environment(of: node, installation: installation),
          workingDirectory: data, output: places.outputFile(of: node)),
        directories: [places.configDirectory(of: node), places.logDirectory(of: node), data],
        log: layout.logFile(of: node), service: places.service(of: node))
    }
  }
}
