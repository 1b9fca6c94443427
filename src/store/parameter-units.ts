/** UTF-16 units of a parameter that is put together of many rows: at three bytes each, still below D1's 2 MB. */
export const parameterUnits = 500_000;
