namespace ReelBallers.EndToEnd.Tests;

/// <summary>Something that must not be, and the request that showed it.</summary>
internal sealed record FuzzFinding(string Rule, string Operation, int Number, string Tricks, string Request, string? Answer);
