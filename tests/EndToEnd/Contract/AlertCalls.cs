namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>The operations on alerts, by an admin.</summary>
internal static class AlertCalls
{
    private const string Alerts = "/api/admin/alerts";

    public static async Task MakeAsync(ContractClient client)
    {
        await client.GetAsync($"{Alerts}?status=open");
        var page = await client.GetAsync($"{Alerts}?limit=1");
        await client.GetAsync($"{Alerts}?limit=1&cursor={page.GetProperty("next_cursor").GetString()}");
        await client.FailAsync(400, "invalid_request", HttpMethod.Get, $"{Alerts}?status=new");
    }
}
