extension JSONReader {
  /// The member `name`, which has to be there.
  public func member(_ name: String) throws(JSONError) -> JSONReader {
    guard case .object = value else { throw mismatch(expected: "an object") }
    guard let member = value[name] else {
      throw .field(path: "\(path).\(name)", found: "nothing", expected: "this member")
    }
    return JSONReader(member, path: "\(path).\(name)")
  }

  /// The member `name`, or nil where it is absent or `null`.
  public func optional(_ name: String) throws(JSONError) -> JSONReader? {
    guard case .object = value else { throw mismatch(expected: "an object") }
    guard let member = value[name], member != .null else { return nil }
    return JSONReader(member, path: "\(path).\(name)")
  }

  /// The member `name`, which has to be an object.
  public func object(_ name: String) throws(JSONError) -> JSONReader {
    let member = try member(name)
    guard case .object = member.value else { throw member.mismatch(expected: "an object") }
    return member
  }

  /// The string at the member `name`.
  public func string(_ name: String) throws(JSONError) -> String {
    try member(name).string()
  }

  /// The boolean at the member `name`.
  public func bool(_ name: String) throws(JSONError) -> Bool {
    try member(name).bool()
  }

  /// The whole number at the member `name`, within `range`.
  public func integer<Number: FixedWidthInteger>(
    _ name: String, in range: ClosedRange<Number> = Number.min...Number.max
  ) throws(JSONError) -> Number {
    try member(name).integer(in: range)
  }

  /// The duration in nanoseconds at the member `name`, within `range`.
  public func duration(
    _ name: String, in range: ClosedRange<Duration> = .zero ... .nanoseconds(Int64.max)
  ) throws(JSONError) -> Duration {
    try member(name).duration(in: range)
  }

  /// The 64 bits in hexadecimal at the member `name`.
  public func hex(_ name: String) throws(JSONError) -> UInt64 {
    try member(name).hex()
  }

  /// The elements of the list at the member `name`.
  public func array(_ name: String) throws(JSONError) -> [JSONReader] {
    try member(name).array()
  }

  /// The case of `type` named at the member `name`.
  public func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, of type: Choice.Type = Choice.self
  ) throws(JSONError) -> Choice where Choice.RawValue == String {
    try member(name).choice(of: type)
  }

  /// Throws at the first member that is not in `allowed`, with the nearest allowed name.
  public func rejectUnknownMembers(allowed: [String]) throws(JSONError) {
    guard case .object(let members) = value else { throw mismatch(expected: "an object") }
    for member in members where !allowed.contains(member.name) {
      throw .field(
        path: "\(path).\(member.name)", found: "an unknown member",
        expected: "one of " + allowed.joined(separator: ", ")
          + NearestName.suggestion(for: member.name, among: allowed))
    }
  }
}
