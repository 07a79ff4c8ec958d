using System.Text.Json.Nodes;

namespace ReelBallers.OpenApi.Tests;

/// <summary>What the Gateway adds to the responses of Accounts: the token of the session to those that sign in.</summary>
internal static class SignInRoutes
{
    /// <summary>Adds it to what a service says of its endpoints.</summary>
    public static void AddTokens(JsonObject document)
    {
        var routes = GatewayRoutes.All.Where(route => route["Metadata:SignsIn"] == "true");
        var schemas = routes.Select(route => document["paths"]![route["Match:Path"]!]?["post"]).OfType<JsonNode>()
            .Select(operation => Shapes.RecordOf(operation["responses"]!["200"]!["content"]!["application/json"]!["schema"]!)!)
            .Select(record => document["components"]!["schemas"]![record]!);
        foreach (var schema in schemas.Distinct())
        {
            schema["properties"]!["token"] = new JsonObject { ["type"] = "string" };
            schema["required"]!.AsArray().Add("token");
        }
    }
}
