import Environment
import Harness
import Operations

/// One question to one node about some queues: how the node sees them, and what its own replicas
/// hold. The node asks only its own processes, so that no answer waits for an unreachable node.
struct QueueQuery {
  /// What a node sees of a queue.
  struct View: Hashable {
    var leader: NodeID?
    /// All replicas and whether each has everything that the leader has.
    var replicas: [(node: NodeID, synchronised: Bool)] {
      get { zip(nodes, synchronised).map { (node: $0, synchronised: $1) } }
      set {
        nodes = newValue.map(\.node)
        synchronised = newValue.map(\.synchronised)
      }
    }
    private var nodes: [NodeID] = []
    private var synchronised: [Bool] = []
  }

  /// What a node knows of its own replica of a queue; nil for what its process did not say in time.
  struct Local: Hashable {
    var ready: Int?
    var unacknowledged: Int?
    var depth: Int?
  }

  /// The answer of one node.
  struct Answer: Hashable {
    /// By place in the question; queues that the node does not know are missing.
    var views: [Int: View] = [:]
    /// By place in the question; only where a replica's process runs on the node.
    var locals: [Int: Local] = [:]
  }

  var names: [String]

  /// How long the node waits for its processes, below the harness's own deadline.
  static let processTimeout = 1000

  /// Reads the answer's lines: `q QUEUE LEADER|-`, `r QUEUE NODE SYNCHRONISED`,
  /// `l QUEUE READY UNACKNOWLEDGED DEPTH`, where `-` means no answer, and `e ERROR`.
  func answer(_ lines: [String], _ layout: RabbitMQLayout) throws(SystemFailure) -> Answer {
    var answer = Answer()
    for line in lines {
      if line.hasPrefix("e ") { throw failed(line.dropFirst(2)) }
      let words = line.split(separator: " ")
      guard words.count >= 3, let place = Int(words[1]), names.indices.contains(place) else {
        throw unreadable(line)
      }
      switch (words[0], words.count) {
      case ("q", 3):
        answer.views[place, default: View()].leader = layout.node(named: words[2])
      case ("r", 4):
        guard let node = layout.node(named: words[2]) else { throw unreadable(line) }
        answer.views[place, default: View()].replicas.append((node, words[3] == "1"))
      case ("l", 5):
        answer.locals[place] = Local(
          ready: Int(words[2]), unacknowledged: Int(words[3]), depth: Int(words[4]))
      default: throw unreadable(line)
      }
    }
    return answer
  }

  private func failed(_ reason: Substring) -> SystemFailure {
    SystemFailure(.failed, "a node could not describe its queues: \(reason.prefix(300))")
  }

  private func unreadable(_ line: String) -> SystemFailure {
    SystemFailure(
      .failed,
      "a node described its queues with '\(line.prefix(100))', which cannot be read: this RabbitMQ "
        + "is of a version that the harness does not know")
  }

  /// The Erlang expression.
  ///
  /// A classic queue's record names its master and mirrors; while its home cannot be reached, only
  /// the table of durable queues knows it. A mirror has no call that tells what it
  /// holds; its backing queue can be handed a function, which must neither fail nor change it. A
  /// quorum member answers a local query from its own state machine, and names the leader that it
  /// knows; dead letters that wait for their new queue's confirm count as ready.
  var expression: String {
    let places = names.enumerated().map { "{\($0.offset),\($0.element.erlangBinary)}" }
    return """
      Me = node(), Self = self(), Limit = \(Self.processTimeout),
      Text = fun(F, A) -> iolist_to_binary(io_lib:format(F, A)) end,
      Pids = fun(L) when is_list(L) -> [X || X <- L, is_pid(X)]; (_) -> [] end,
      Bit = fun(true) -> 1; (_) -> 0 end,
      Head = fun(I, none) -> Text("q ~w -~n", [I]); (I, N) -> Text("q ~w ~s~n", [I, N]) end,
      Master = fun(I, P) ->
        case is_process_alive(P) of false -> []; true ->
          Items = [messages_ready, messages_unacknowledged],
          case catch gen_server2:call(P, {info, Items}, Limit) of
            {ok, [{_, R}, {_, U}]} when is_integer(R), is_integer(U) ->
              Text("l ~w ~w ~w ~w~n", [I, R, U, R + U]);
            _ -> Text("l ~w - - -~n", [I]) end end end,
      Mirror = fun(I, P) ->
        case is_process_alive(P) of false -> []; true ->
          Ref = make_ref(), Asker = self(),
          gen_server2:cast(P, {run_backing_queue, rabbit_variable_queue,
            fun(M, S) -> Asker ! {Ref, catch M:depth(S)}, S end}),
          receive {Ref, D} when is_integer(D) -> Text("l ~w - - ~w~n", [I, D]);
            {Ref, _} -> Text("l ~w - - -~n", [I])
          after Limit -> Text("l ~w - - -~n", [I]) end end end,
      Classic = fun(I, Q) ->
        Masters = Pids([amqqueue:get_pid(Q)]), Mirrors = Pids(amqqueue:get_slave_pids(Q)),
        Synced = Pids(amqqueue:get_sync_slave_pids(Q)),
        [Head(I, case Masters of [M1] -> node(M1); [] -> none end),
         [Text("r ~w ~s 1~n", [I, node(M2)]) || M2 <- Masters],
         [Text("r ~w ~s ~w~n", [I, node(M3), Bit(lists:member(M3, Synced))]) || M3 <- Mirrors],
         [Master(I, M4) || M4 <- Masters, node(M4) =:= Me],
         [Mirror(I, M5) || M5 <- Mirrors, node(M5) =:= Me]] end,
      Homeless = fun(I, Q) ->
        [Head(I, none), [Text("r ~w ~s 1~n", [I, node(M6)]) || M6 <- Pids([amqqueue:get_pid(Q)])]]
        end,
      Letters = fun(S) -> case catch rabbit_fifo:query_stat_dlx(S) of
        {N4, _} when is_integer(N4) -> N4; N4 when is_integer(N4) -> N4; _ -> 0 end end,
      Count = fun(S) -> try {rabbit_fifo:query_messages_ready(S) + Letters(S),
        rabbit_fifo:query_messages_checked_out(S)} catch _:_ -> none end end,
      Quorum = fun(I, Q) ->
        {Name, Known} = amqqueue:get_pid(Q), #{nodes := Members} = amqqueue:get_type_state(Q),
        {Leader, Local} = case lists:member(Me, Members) andalso is_pid(whereis(Name)) of
          false -> {Known, []};
          true -> case catch ra:local_query({Name, Me}, Count, Limit) of
            {ok, {_, {R, U}}, L} -> {L, Text("l ~w ~w ~w ~w~n", [I, R, U, R + U])};
            {ok, _, L} -> {L, Text("l ~w - - -~n", [I])};
            _ -> {not_known, Text("l ~w - - -~n", [I])} end end,
        [Head(I, case Leader of {_, N1} -> N1; not_known -> none; undefined -> none; N2 -> N2 end),
         [Text("r ~w ~s 1~n", [I, N3]) || N3 <- Members], Local] end,
      Ask = fun({I, Name}) ->
        case rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, Name)) of
          {ok, Q} -> case amqqueue:get_type(Q) of
            rabbit_quorum_queue -> Quorum(I, Q); _ -> Classic(I, Q) end;
          _ -> case mnesia:dirty_read(rabbit_durable_queue, rabbit_misc:r(<<"/">>, queue, Name)) of
            [Q] -> Homeless(I, Q); [] -> [] end end end,
      Workers = [spawn_monitor(fun() -> Self ! {self(), catch iolist_to_binary(Ask(X))} end)
        || X <- [\(places.joined(separator: ","))]],
      iolist_to_binary([receive {W, B} when is_binary(B) -> B; {W, E} -> Text("e ~0p~n", [E]);
        {'DOWN', Ref2, process, W, E} when E =/= normal -> Text("e ~0p~n", [E]) end
        || {W, Ref2} <- Workers])
      """
  }
}
