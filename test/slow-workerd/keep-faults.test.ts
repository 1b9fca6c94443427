import { testFaultMatrix } from "../workerd/fault-matrix";

testFaultMatrix(100, 2000);
