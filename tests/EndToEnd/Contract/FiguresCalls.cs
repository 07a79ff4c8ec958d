namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>The operation on figures, by an admin.</summary>
internal static class FiguresCalls
{
    private const string Figures = "/api/admin/figures";

    public static async Task MakeAsync(ContractClient client)
    {
        var month = await client.GetAsync(Figures);
        Assert.Equal(30, month.GetProperty("days").GetArrayLength());
        var day = month.GetProperty("to").GetString();
        Assert.Equal(1, (await client.GetAsync($"{Figures}?from={day}&to={day}")).GetProperty("days").GetArrayLength());
        await client.FailAsync(400, "invalid_request", HttpMethod.Get, $"{Figures}?from={day}&to=2026-01-01");
    }
}
