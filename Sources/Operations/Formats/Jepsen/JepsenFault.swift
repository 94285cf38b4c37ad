/// Faults as Jepsen histories hold them:
///
///     {:process :nemesis, :type :info, :f :kill,
///      :value {:stage :proved, :fault 0, :nodes ["n1"], :detail "no process left"}}
extension FaultEvent {
  /// The event that Stoat wrote down so; nil for what any other nemesis did.
  init?(_ operation: JepsenOperation) {
    guard operation.process == .nemesis, case .text(let text) = operation.value,
      text.hasPrefix("{"), let parts = EDNText.elements(of: text), parts.count % 2 == 0
    else { return nil }
    func part(_ key: String) -> String? {
      let place = stride(from: 0, to: parts.count, by: 2).first { parts[$0] == key }
      return place.map { parts[$0 + 1] }
    }
    guard let stage = FaultStage.allCases.first(where: { ":" + $0.name == part(":stage") }),
      let number = part(":fault").flatMap({ UInt32($0) })
    else { return nil }
    let names = part(":nodes").flatMap { EDNText.elements(of: $0) } ?? []
    let nodes = names.compactMap { name -> NodeID? in
      guard let name = EDNText.content(ofString: name), name.hasPrefix("n") else { return nil }
      return UInt32(name.dropFirst()).map { NodeID($0) }
    }
    self.init(
      fault: FaultID(number), name: operation.functionName, stage: stage, nodes: nodes,
      detail: part(":detail").flatMap { EDNText.content(ofString: $0) } ?? "")
  }

  /// The event as an operation of the nemesis.
  func operation(at time: Int64) -> JepsenOperation {
    let names = nodes.map { EDNText.string($0.description) }.joined(separator: " ")
    let value =
      "{:stage :\(stage.name), :fault \(fault), :nodes [\(names)], "
      + ":detail \(EDNText.string(detail))}"
    return JepsenOperation(
      time: time, process: .nemesis, type: .info, function: .other,
      name: EDNText.keywordName(name), value: .text(value))
  }
}
