namespace ReelBallers.EndToEnd.Tests;

/// <summary>Something that an attacker does to a request.</summary>
/// <param name="Name">For the report.</param>
/// <param name="Play">Changes the request; what it draws comes from the case.</param>
internal sealed record Trick(string Name, Action<FuzzCase> Play);
