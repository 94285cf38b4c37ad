import Harness
import Operations

/// Sets the mirroring policies of a plan's queues and removes those of an earlier call.
struct PolicyCommand {
  var queues: [QueuePlan]
  /// Whether the policies of other queues are removed.
  var removesOthers = true

  private static let prefix = "stoat "

  /// The Erlang expression; its value is empty or says what RabbitMQ refused.
  ///
  /// Each mirrored queue has a policy of its own, whose pattern matches its whole name only.
  var expression: String {
    let mirrored = queues.filter { $0.kind == .mirrored }
    let policies = mirrored.map { queue in
      let definition = Self.definition(queue.mirroring)
      return "{\((Self.prefix + queue.name).erlangBinary),"
        + "\(Self.pattern(of: queue.name).erlangBinary),\(definition)}"
    }
    return """
      V = <<"/">>, Wanted = [\(policies.joined(separator: ","))],
      Have = [proplists:get_value(name, P) || P <- rabbit_policy:list(V)],
      [rabbit_policy:delete(V, N, <<"stoat">>) || <<"\(Self.prefix)", _/binary>> = N <- Have,
        \(removesOthers), not lists:keymember(N, 1, Wanted)],
      iolist_to_binary([case rabbit_policy:set(V, N, R, D, 0, <<"queues">>, <<"stoat">>) of
        ok -> []; Other -> io_lib:format("~s: ~0p~n", [N, Other]) end || {N, R, D} <- Wanted])
      """
  }

  /// A regular expression that matches `name` and nothing else.
  static func pattern(of name: String) -> String {
    let special = #"\.^$|()[]{}*+?-#"#
    return "^" + name.map { special.contains($0) ? "\\\($0)" : "\($0)" }.joined() + "$"
  }

  /// The policy's definition as an Erlang property list.
  static func definition(_ mirroring: Mirroring) -> String {
    let mode =
      mirroring.replicas == 0
      ? #"{<<"ha-mode">>,<<"all">>}"#
      : #"{<<"ha-mode">>,<<"exactly">>},{<<"ha-params">>,\#(mirroring.replicas)}"#
    return #"[\#(mode),{<<"ha-sync-mode">>,<<"\#(mirroring.syncMode.rawValue)">>},"#
      + #"{<<"ha-promote-on-failure">>,<<"\#(mirroring.promoteOnFailure.rawValue)">>}]"#
  }
}
