using System.Text.Json.Nodes;

namespace ReelBallers.OpenApi.Tests;

/// <summary>The published document as it is made.</summary>
/// <param name="Document">The document.</param>
/// <param name="Found">What is written by hand and contradicts the endpoints or repeats them.</param>
/// <param name="Unshaped">The places of which the endpoints do not say the shape.</param>
internal sealed record MergedDocument(JsonObject Document, IReadOnlyList<string> Found, IReadOnlyList<string> Unshaped);
