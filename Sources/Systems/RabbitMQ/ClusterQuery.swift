import Harness
import Operations

/// One question to one node about the cluster.
enum ClusterQuery {
  /// The Erlang expression; it asks the node's own tables only.
  ///
  /// `up NODE` for those that it sees running, none while RabbitMQ itself is paused or boots;
  /// `split NODE` for those from which it reports a partition.
  static let expression = """
    Text = fun(F, A) -> iolist_to_binary(io_lib:format(F, A)) end,
    case rabbit:is_running() of false -> <<>>; true -> iolist_to_binary([
      [Text("up ~s~n", [N1]) || N1 <- lists:sort(mnesia:system_info(running_db_nodes))],
      [Text("split ~s~n", [N2]) || N2 <- lists:sort(rabbit_node_monitor:partitions())]]) end
    """

  /// Reads the answer's lines.
  static func view(_ lines: [String], _ layout: RabbitMQLayout) -> ClusterView {
    func nodes(_ word: String) -> [NodeID] {
      lines.compactMap { line in
        let words = line.split(separator: " ")
        return words.count == 2 && words[0] == word ? layout.node(named: words[1]) : nil
      }
    }
    return ClusterView(running: nodes("up"), partitioned: nodes("split"))
  }
}
