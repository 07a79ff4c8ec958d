namespace ReelBallers.ServiceDefaults.Tests;

/// <summary>How many connections a replica opens.</summary>
public sealed class DatabaseOptionsTests
{
    [Theory]
    [InlineData("Host=db", 10)]
    [InlineData("Host=db;Maximum Pool Size=33", 33)]
    [InlineData("Host=db;MaxPoolSize=100", 100)]
    [InlineData("Host=db;Minimum Pool Size=2", 10)]
    public void The_pool_has_ten_connections_unless_the_connection_string_says_otherwise(string connectionString, int size) =>
        Assert.Equal(size, new DatabaseOptions().Pool(connectionString, "Sample", new DatabaseOptions().MaxConnections).MaxPoolSize);

    [Theory]
    [InlineData(4, 1)]
    [InlineData(10, 3)]
    public void A_third_of_the_connections_is_for_frequent_reads(int connections, int reads) =>
        Assert.Equal(reads, new DatabaseOptions { MaxConnections = connections }.ReadConnections);

    [Theory]
    [InlineData(3, "Database:MaxConnections is 3. Set it to an integer from 4 to 1000.")]
    [InlineData(1001, "Database:MaxConnections is 1001. Set it to an integer from 4 to 1000.")]
    [InlineData(4, null)]
    public void Too_few_or_too_many_are_rejected(int connections, string? error)
    {
        var errors = new OptionsErrors("Database");
        new DatabaseOptions { MaxConnections = connections }.Validate(errors);
        Assert.Equal(error is null ? [] : [error], errors.Messages);
    }
}
