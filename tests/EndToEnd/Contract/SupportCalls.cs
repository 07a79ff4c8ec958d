using System.Net.Http.Json;

namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>Every operation of <c>/api/support</c>.</summary>
internal static class SupportCalls
{
    private const string Support = "/api/support";
    private const string Tickets = $"{Support}/tickets";

    /// <summary>Those that succeed. Gives the ticket, to which the user has replied.</summary>
    /// <param name="client">Its user has an account.</param>
    public static async Task<string> MakeAsync(ContractClient client)
    {
        var opened = await client.PostAsync(Support, new { subject = "Help", message = "Please." });
        var id = opened.GetProperty("ticket_id").GetString()!;
        await client.GetAsync(Tickets);
        await client.GetAsync($"{Tickets}/{id}");
        await client.PostAsync($"{Tickets}/{id}/messages", new { message = "Soon." });
        return id;
    }

    /// <summary>Those that are rejected.</summary>
    /// <param name="client">Its user has no account.</param>
    public static async Task RejectAsync(ContractClient client)
    {
        await client.FailAsync(400, "invalid_request", HttpMethod.Post, Support, JsonContent.Create(new { subject = "Help" }));
        foreach (var id in new[] { $"{Guid.NewGuid()}", "no-uuid" })
        {
            await client.FailAsync(404, "ticket_not_found", HttpMethod.Get, $"{Tickets}/{id}");
            await client.FailAsync(
                404, "ticket_not_found", HttpMethod.Post, $"{Tickets}/{id}/messages", JsonContent.Create(new { message = "m" }));
        }
        var ticket = new { subject = "Help", message = "Please.", email = "writer@example.com" };
        while (await client.SendAsync(HttpMethod.Post, Support, JsonContent.Create(ticket)) is { Status: 201 })
        {
        }
        await client.FailAsync(429, "ticket_limited", HttpMethod.Post, Support, JsonContent.Create(ticket));
    }

    /// <summary>Those of operators.</summary>
    public static async Task OperateAsync(ContractClient client, string ticketId)
    {
        Assert.NotEmpty((await client.GetAsync("/api/admin/tickets?status=open")).GetProperty("tickets").EnumerateArray());
        await client.GetAsync($"/api/admin/tickets/{ticketId}");
        await client.FailAsync(404, "ticket_not_found", HttpMethod.Get, $"/api/admin/tickets/{Guid.NewGuid()}");
        await ActAsync(client, $"{ticketId}/answer", new { message = "Done.", reason = "test" });
        await ActAsync(client, $"{ticketId}/close", new { reason = "test" });
    }

    private static Task ActAsync(ContractClient client, string act, object body) =>
        OperatorCalls.ActAsync(client, HttpMethod.Post, $"/api/admin/tickets/{act}", body);
}
