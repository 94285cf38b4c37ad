package import Environment
package import Harness
package import Operations

extension RabbitMQSystem: QueueAdministration {
  private static let commandTimeout = Duration.seconds(30)

  /// Sets the policy of each of these queues, and leaves those of others.
  package func setMirroring(
    _ mirroring: Mirroring, of queues: [QueuePlan]
  ) async throws(SystemFailure) {
    let changed = queues.map { queue in
      var queue = queue
      queue.mirroring = mirroring
      return queue
    }
    try await set(PolicyCommand(queues: changed, removesOthers: false))
  }

  /// The policies that the queues have, as the first node says that answers.
  package func mirroring(of queues: [QueuePlan]) async throws(SystemFailure) -> [String] {
    let names = queues.map(\.name.erlangBinary).joined(separator: ",")
    let expression = """
      Word = fun(V) when is_binary(V) -> V; (V) -> io_lib:format("~0p", [V]) end,
      Words = fun(D) when is_map(D) -> maps:to_list(D); (D) when is_list(D) -> D; (_) -> [] end,
      iolist_to_binary([case rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, N)) of
        {ok, Q} -> ["policy", [[" ", K, "=", Word(V)]
          || {K, V} <- lists:sort(Words(rabbit_policy:effective_definition(Q)))], 10];
        _ -> ["no queue", 10] end || N <- [\(names)]])
      """
    return try await onAnyNode(expression, asking: "which policies the queues have")
  }

  /// Asks the master to synchronise its mirrors; it works on that by itself.
  package func synchronise(_ queue: QueuePlan) async throws(SystemFailure) {
    let expression = """
      {ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, \(queue.name.erlangBinary))),
      spawn(fun() -> rabbit_amqqueue:sync_mirrors(amqqueue:get_pid(Q)) end), <<>>
      """
    _ = try await onAnyNode(expression, asking: "that \(queue.name) is synchronised")
  }

  /// Moves the master, or the leader of a quorum queue, to a node that has a replica.
  package func transferLeader(
    of queue: QueuePlan, to node: NodeID
  ) async throws(SystemFailure) {
    let target = "'\(layout.erlangName(of: node))'"
    let move =
      queue.kind == .quorum
      ? "rabbit_quorum_queue:transfer_leadership(Q, \(target))"
      : "rabbit_mirror_queue_misc:transfer_leadership(Q, \(target))"
    let expression = """
      {ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, \(queue.name.erlangBinary))),
      case \(move) of {migrated, _} -> <<>>;
        Other -> iolist_to_binary(io_lib:format("~0p", [Other])) end
      """
    let refused = try await onAnyNode(
      expression, asking: "that \(node) leads \(queue.name)")
    guard refused.isEmpty else {
      throw SystemFailure(
        .failed,
        "RabbitMQ did not make \(node) lead \(queue.name): \(refused.joined(separator: " "))")
    }
  }

  /// Sets policies on the first node that answers.
  func set(_ policies: PolicyCommand) async throws(SystemFailure) {
    let refused = try await onAnyNode(policies.expression, asking: "that the policies are set")
    guard refused.isEmpty else {
      throw SystemFailure(
        .failed, "RabbitMQ refused a policy: \(refused.joined(separator: "; "))")
    }
  }

  private func onAnyNode(
    _ expression: String, asking subject: String
  ) async throws(SystemFailure) -> [String] {
    var last = SystemFailure(.failed, "no node runs")
    for node in nodes where await isSuspended(node) == false {
      do throws(SystemFailure) {
        return try await call.lines(
          expression, on: node, asking: subject, timeout: Self.commandTimeout)
      } catch {
        last = error
      }
    }
    throw last
  }
}
