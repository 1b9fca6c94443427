import { testFaultMatrix } from "./fault-matrix";

testFaultMatrix(25, 200);
